// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';

import { testDirectory, toolOrSkip } from './file-systems.ts';
import { WRITE_RECORDS, type WriteRecordsTask } from './run-program.ts';

/** What the program asked of the kernel, in order: `fsync /path`, `rename /from /to`, `unlink /path`. */
function callsOf(context: TestContext, directory: string, task: WriteRecordsTask): string[] {
  const log = join(directory, 'calls');
  const strace = ['-f', '-y', '-qq', '-e', 'trace=fsync,fdatasync,rename,unlink', '-e', 'signal=none', '-o', log];
  toolOrSkip(context, 'strace', [...strace, 'true']);
  const program = [process.execPath, '--conditions=@logferry/source', WRITE_RECORDS, JSON.stringify(task)];
  execFileSync('strace', [...strace, ...program], { stdio: 'pipe' });
  const pattern = /(?:(fsync|fdatasync)\(\d+<([^>]+)>|(rename)\("([^"]+)", "([^"]+)"|(unlink)\("([^"]+)")/;
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const parts =
        pattern
          .exec(line)
          ?.slice(1)
          .filter((part) => part !== undefined) ?? [];
      const call = parts.map((part) => part.replace(directory, '')).join(' ');
      return parts[1]?.startsWith(directory) === true && !line.includes(' = -1 ') ? [call] : [];
    });
}

function taskIn(directory: string, options: Readonly<Record<string, unknown>>): WriteRecordsTask {
  const path = join(directory, 'new', 'logs', 'orders.jsonl');
  return { first: 0, count: 400, end: 'shutdown', options: { path, format: 'json', maxFileBytes: 40_000, ...options } };
}

describe('the calls to the kernel', () => {
  it('delete a rotated file only after its archive is durable, with all new directories above', (context) => {
    const directory = testDirectory();
    const archiveDirectory = join(directory, 'far', 'archive');
    const calls = callsOf(context, directory, taskIn(directory, { compression: 'gzip', archiveDirectory }));
    const deleted = calls.findIndex((call) => call.startsWith('unlink') && call.endsWith('000001.jsonl'));
    expect(deleted).toBeGreaterThan(0);
    const result = '/far/archive/orders.000001.jsonl.gz';
    expect(calls.slice(0, deleted).filter((call) => call.includes('/far') || call === 'fsync ')).toStrictEqual([
      'fsync /far',
      'fsync ',
      `fsync ${result}.tmp`,
      `rename ${result}.tmp ${result}`,
      'fsync /far/archive',
    ]);
  });

  it('make the directories of the log durable where the policy asks for it, before the first record', (context) => {
    const directory = testDirectory();
    const task = taskIn(directory, { fsync: 'every-batch', maxFileBytes: 1_000_000 });
    const [first = '', second = '', third = '', fourth = ''] = callsOf(context, directory, task);
    expect([first, second].toSorted()).toStrictEqual(['fsync ', 'fsync /new']);
    expect([third, fourth]).toStrictEqual(['fsync /new/logs', 'fdatasync /new/logs/orders.jsonl']);
  });
});
