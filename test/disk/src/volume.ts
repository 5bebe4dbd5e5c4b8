// SPDX-License-Identifier: Apache-2.0

/** Many records under rotation every 1 MiB, in one process and in four at once: `node src/volume.ts [records]`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { writeVolume } from './write-volume.ts';

const records = Number(process.argv[2] ?? 1_000_000);
const directory = mkdtempSync(join(tmpdir(), 'logferry-volume-'));
const RETENTION = { maxFiles: 20 };

/** In a directory of its own, which is emptied before the next one. */
async function inDirectory<T>(work: (path: string) => Promise<T>): Promise<T> {
  const path = mkdtempSync(join(directory, 'run-'));
  try {
    return await work(path);
  } finally {
    rmSync(path, { recursive: true });
  }
}

try {
  for (const format of ['otlp-json', 'json']) {
    for (const [what, options] of [
      ['one process', {}],
      ['one process, 20 files kept', RETENTION],
      ['one process, 20 files kept, gzip', { ...RETENTION, compression: 'gzip' }],
    ] as const) {
      const found = await inDirectory((path) => writeVolume(path, records, 'shutdown', { format, ...options }));
      console.log(format, what, found);
    }
    const ends = ['shutdown', 'SIGTERM', 'process.exit', 'uncaught exception'] as const;
    const found = await inDirectory((path) =>
      Promise.all(ends.map((end) => writeVolume(join(path, end), records, end, { format, ...RETENTION }))),
    );
    for (const [index, files] of found.entries()) {
      console.log(format, `process ${index + 1} of 4, 20 files kept, ended by ${ends[index]}`, files);
    }
  }
} finally {
  rmSync(directory, { recursive: true });
}
