// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { testDirectory } from './file-systems.ts';
import { writeVolume } from './write-volume.ts';

const ENDS = ['shutdown', 'SIGTERM', 'process.exit', 'uncaught exception'] as const;

describe('four processes at once, each on its own file, of which three end in the middle of 80,000 records', () => {
  it.each(['otlp-json', 'json'])(
    'leave every accepted record once, in order, in files within their limit, also in those that the retention deleted: %s',
    async (format) => {
      const directory = testDirectory();
      const runs = ENDS.map((end) => writeVolume(join(directory, end), 80_000, end, { format, maxFiles: 4 }));
      for (const { records, files, removedFiles } of await Promise.all(runs)) {
        expect(records).toBeGreaterThan(40_000);
        expect(files).toBe(4);
        expect(removedFiles).toBeGreaterThan(1);
      }
    },
    120_000,
  );
});
