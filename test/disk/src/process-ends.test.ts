// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { testDirectory } from './file-systems.ts';
import { writeVolume } from './write-volume.ts';

const ENDS = ['shutdown', 'SIGTERM', 'process.exit', 'uncaught exception'] as const;

describe('four processes at once, each on its own file, that end in the middle of 50,000 records each', () => {
  it.each(['otlp-json', 'json'])(
    'leave every accepted record once, in order, in files within their limit: %s',
    async (format) => {
      const directory = testDirectory();
      const runs = ENDS.map((end) => writeVolume(join(directory, end), 50_000, end, { format }));
      for (const { records, files } of await Promise.all(runs)) {
        expect(records).toBe(50_000);
        expect(files).toBeGreaterThan(5);
      }
    },
    120_000,
  );
});
