// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

import { orderProblem, readLog } from './read-log.ts';
import { type End, writeRecords } from './run-program.ts';

const MIB = 1024 * 1024;

/** What was found. */
export interface VolumeResult {
  readonly records: number;
  readonly files: number;
  readonly largestFileBytes: number;
}

/** @throws Error when a record is missing, stands twice or out of order, or when a file exceeds its limit. */
export async function writeVolume(
  directory: string,
  records: number,
  end: End,
  options: Readonly<Record<string, unknown>>,
): Promise<VolumeResult> {
  const path = join(directory, 'orders.jsonl');
  const all = { path, maxFileBytes: MIB, maxFiles: 100_000, ...options };
  const { said } = await writeRecords({ first: 0, count: records, end, options: all });
  if (said['accepted'] !== records) throw new Error(`${said['accepted']} records were accepted, not ${records}`);
  const files = readLog(directory, 'orders.jsonl');
  const problem = orderProblem(files, 0, records);
  if (problem !== undefined) throw new Error(problem);
  const largestFileBytes = Math.max(...files.map((file) => file.bytes));
  if (largestFileBytes > MIB) throw new Error(`a file has ${largestFileBytes} bytes`);
  return { records, files: files.length, largestFileBytes };
}
