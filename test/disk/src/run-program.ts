// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** How the process ends. */
export type End = 'SIGTERM' | 'process.exit' | 'uncaught exception' | 'shutdown' | 'killed';

/** What `write-records` does. */
export interface WriteRecordsTask {
  readonly first: number;
  readonly count: number;
  readonly end: End;
  /** The number of accepted records after which a process ends that neither shuts down nor is killed. */
  readonly endAfter?: number;
  /** Options of the exporter that JSON can carry. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where what the exporter deletes is moved to. Default: it is deleted. */
  readonly keepRemovedIn?: string;
}

/** How a process ended, and what it printed: the last count behind each word. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly said: Readonly<Record<string, number>>;
}

/** The program that emits numbered records. */
export const WRITE_RECORDS: string = fileURLToPath(new URL('./programs/write-records.ts', import.meta.url));

const KEEP_REMOVED = new URL('./programs/keep-removed.ts', import.meta.url).href;

/** Runs the program to its end. @param started gets the process, to kill it by its id. */
export async function writeRecords(
  task: WriteRecordsTask,
  started: (child: ChildProcess) => void = () => {},
): Promise<Ended> {
  const preload = task.keepRemovedIn === undefined ? [] : [`--import=${KEEP_REMOVED}`];
  const args = ['--conditions=@logferry/source', ...preload, WRITE_RECORDS, JSON.stringify(task)];
  const env = { ...process.env, KEEP_REMOVED: task.keepRemovedIn };
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], env });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (output += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  started(child);
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (...how) => resolve(how));
  });
  const said = Object.fromEntries(
    [...output.matchAll(/^(\w+) (\d+)$/gm)].map(([, word, count]) => [word, Number(count)]),
  );
  const isExpected = signal !== null || code === 0 || task.end === 'process.exit' || task.end === 'uncaught exception';
  if (!isExpected) throw new Error(`the program ended with ${code}: ${errors}`);
  return { code, signal, said };
}
