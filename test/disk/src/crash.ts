// SPDX-License-Identifier: Apache-2.0

/** The kill loop in full: `node src/crash.ts [rounds]`, with `SEED` to repeat one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { killLoop } from './kill-loop.ts';

const rounds = Number(process.argv[2] ?? 200);
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 1e9));
console.log(`${rounds} rounds, SEED=${seed}`);
for (const options of [{}, { compression: 'gzip' }, { format: 'json', fsync: 'every-batch' }]) {
  const directory = mkdtempSync(join(tmpdir(), 'logferry-crash-'));
  const path = join(directory, 'orders.jsonl');
  const result = await killLoop(directory, rounds, seed, {
    path,
    maxFileBytes: 1_048_576,
    maxFiles: 100_000,
    ...options,
  });
  console.log(JSON.stringify(options), JSON.stringify(result));
  rmSync(directory, { recursive: true });
}
