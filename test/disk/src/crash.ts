// SPDX-License-Identifier: Apache-2.0

/** The kill loop in full: `node src/crash.ts [rounds]`, with `FC_SEED` to repeat one. */
import { SEED } from '@logferry-test/support/random';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { killLoop } from './kill-loop.ts';

const rounds = Number(process.argv[2] ?? 200);
console.log(`${rounds} rounds, FC_SEED=${SEED}`);
for (const options of [{}, { compression: 'gzip' }, { format: 'json', fsync: 'every-batch' }]) {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-crash-'));
  const path = join(directory, 'orders.jsonl');
  const result = await killLoop(directory, rounds, SEED, {
    path,
    maxFileBytes: 1_048_576,
    maxFiles: 100_000,
    ...options,
  });
  console.log(JSON.stringify(options), JSON.stringify(result));
  rmSync(directory, { recursive: true });
}
