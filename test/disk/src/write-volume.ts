// SPDX-License-Identifier: Apache-2.0
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { type LogFile, orderProblem, readLog } from './read-log.ts';
import { type End, writeRecords } from './run-program.ts';

const MIB = 1024 * 1024;

/** Records that a process accepts at most after it said for the last time how many. */
const UNSAID_RECORDS = 200;

/** What was found. */
export interface VolumeResult {
  /** What the process accepted, and what is in the files. */
  readonly records: number;
  /** Files that are there at the end. */
  readonly files: number;
  /** Files that the retention deleted. */
  readonly removedFiles: number;
  readonly largestFileBytes: number;
}

/**
 * Writes numbered records in a process of its own, with a rotation every 1 MiB. Unless it ends with a shutdown, it ends in
 * the middle of them.
 * @throws Error when a record is missing, stands twice or out of order, in the files that are left or in those that the
 *   retention deleted, which are moved aside for this; when a file exceeds its limit, or when there are too many.
 */
export async function writeVolume(
  directory: string,
  records: number,
  end: End,
  options: Readonly<Record<string, unknown>> = {},
): Promise<VolumeResult> {
  const logs = join(directory, 'logs');
  const path = join(logs, 'orders.jsonl');
  const all = { path, maxFileBytes: MIB, maxFiles: 100_000, ...options };
  const keepRemovedIn = join(directory, 'removed');
  const endAfter = Math.floor(records / 2) + 77;
  const { said } = await writeRecords({ first: 0, count: records, end, endAfter, options: all, keepRemovedIn });
  const accepted = said['accepted'] ?? 0;
  if (accepted < (end === 'shutdown' ? records : endAfter)) throw new Error(`only ${accepted} records were accepted`);
  const removed = existsSync(keepRemovedIn) ? readLog(keepRemovedIn, 'orders.jsonl') : [];
  const left = readLog(logs, 'orders.jsonl');
  const files: readonly LogFile[] = [...removed, ...left];
  const found = files.reduce((sum, file) => sum + file.numbers.length, 0);
  const unsaid = end === 'SIGTERM' && found > accepted && found < accepted + UNSAID_RECORDS ? found - accepted : 0;
  const problem = orderProblem(files, 0, accepted + unsaid);
  if (problem !== undefined) throw new Error(problem);
  const largestFileBytes = Math.max(...files.map((file) => file.bytes));
  if (largestFileBytes > MIB) throw new Error(`a file has ${largestFileBytes} bytes`);
  const fragments = files.filter((file) => file.fragments > 0);
  if (fragments.length > 0) throw new Error(`${fragments[0]?.name} holds a line that is no record`);
  if (left.length > all.maxFiles) throw new Error(`${left.length} files are left, not ${all.maxFiles}`);
  return { records: found, files: left.length, removedFiles: removed.length, largestFileBytes };
}
