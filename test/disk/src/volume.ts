// SPDX-License-Identifier: Apache-2.0

/** Many records under rotation every 1 MiB, in one process and in four at once: `node src/volume.ts [records]`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeVolume } from './write-volume.ts';

const records = Number(process.argv[2] ?? 1_000_000);
const directory = mkdtempSync(join(tmpdir(), 'logferry-volume-'));
try {
  for (const format of ['otlp-json', 'json']) {
    console.log(format, 'one process', await writeVolume(join(directory, format), records, 'shutdown', { format }));
    const ends = ['shutdown', 'SIGTERM', 'process.exit', 'uncaught exception'] as const;
    const all = ends.map((end) => writeVolume(join(directory, `${format} ${end}`), records, end, { format }));
    for (const [index, files] of (await Promise.all(all)).entries()) {
      console.log(format, `process ${index + 1} of 4, ended by ${ends[index]}`, files);
    }
  }
} finally {
  rmSync(directory, { recursive: true });
}
