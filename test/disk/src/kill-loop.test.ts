// SPDX-License-Identifier: Apache-2.0
import { SEED } from '@logferry-test/support/random';
import { join } from 'node:path';
import { expect, it } from 'vitest';

import { testDirectory } from './file-systems.ts';
import { killLoop } from './kill-loop.ts';

it.each([
  ['as it is', {}],
  ['compressed', { compression: 'gzip' }],
  ['flat, durable', { format: 'json', fsync: 'every-batch' }],
])(
  'a process that is killed again and again loses nothing that was written, and glues nothing: %s',
  async (_name, options) => {
    const directory = testDirectory();
    const all = { path: join(directory, 'orders.jsonl'), maxFileBytes: 300_000, maxFiles: 10_000, ...options };
    const result = await killLoop(directory, 4, SEED, all).catch((error: unknown) => {
      throw new Error(`FC_SEED=${SEED}`, { cause: error });
    });
    expect(result.records).toBeGreaterThan(10);
  },
  120_000,
);
