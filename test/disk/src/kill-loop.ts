// SPDX-License-Identifier: Apache-2.0
import { seededRandom } from '@logferry-test/support/random';
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

import { orderProblem, readLog } from './read-log.ts';
import { writeRecords } from './run-program.ts';

/** What was found after all rounds. */
export interface KillLoopResult {
  readonly records: number;
  readonly files: number;
  /** Half-written lines that were ended with a newline. */
  readonly fragments: number;
}

/**
 * Kills a writing process again and again, at instants that follow from the seed, and reads the directory after each time.
 * @throws Error when a record is missing that was written, or stands twice, out of order or glued to another.
 */
export async function killLoop(
  directory: string,
  rounds: number,
  seed: number,
  options: Readonly<Record<string, unknown>>,
): Promise<KillLoopResult> {
  const random = seededRandom(seed);
  let found = 0;
  for (let round = 0; round < rounds; round += 1) {
    const first = found;
    const task = { first, count: 1_000_000, end: 'killed', options } as const;
    const { signal, said } = await writeRecords(task, (child) => void killLater(child, random, round > 0));
    if (signal !== 'SIGKILL') throw new Error(`round ${round} ended by ${signal}`);
    const files = readLog(directory, 'orders.jsonl');
    const numbers = files.reduce((sum, file) => sum + file.numbers.length, 0);
    const problem = orderProblem(files, 0, numbers);
    if (problem !== undefined) throw new Error(`round ${round}: ${problem}`);
    const written = said['written'] ?? 0;
    if (numbers < first + written) throw new Error(`round ${round}: ${numbers - first} of ${written} written records`);
    found = numbers;
  }
  await writeRecords({ first: found, count: 10, end: 'shutdown', options });
  const files = readLog(directory, 'orders.jsonl');
  const problem = orderProblem(files, 0, found + 10);
  if (problem !== undefined) throw new Error(`after the last round: ${problem}`);
  const fragments = files.reduce((sum, file) => sum + file.fragments, 0);
  if (fragments > rounds) throw new Error(`${fragments} fragments of ${rounds} rounds`);
  return { records: found + 10, files: files.length, fragments };
}

/** At some time from when it has begun to write, or, where that is allowed, now and then from its start on. */
async function killLater(child: ChildProcess, random: () => number, mayBeEarly: boolean): Promise<void> {
  if (random() < 0.9 || !mayBeEarly) await new Promise((resolve) => whenItWrites(child, resolve));
  await delay(random() * 150);
  child.kill('SIGKILL');
}

function whenItWrites(child: ChildProcess, begun: (value: unknown) => void): void {
  child.stdout?.on('data', (chunk) => {
    if (/written [1-9]/.test(String(chunk))) begun(undefined);
  });
}
