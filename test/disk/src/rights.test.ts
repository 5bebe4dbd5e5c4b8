// SPDX-License-Identifier: Apache-2.0
import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, type TestContext } from 'vitest';

import { mountTmpfs, testDirectory } from './file-systems.ts';

const NOBODY = 65_534;

const PROGRAM = fileURLToPath(new URL('./programs/without-rights.ts', import.meta.url));

/** Runs the program under another tool, or skips the test where that tool can't be used. */
function run(context: TestContext, tool: readonly [string, ...string[]], args: readonly string[]): string[] {
  const [command, ...before] = tool;
  const node = [process.execPath, '--conditions=@logferry/source'];
  try {
    execFileSync(command, [...before, process.execPath, '--version'], { stdio: 'pipe' });
  } catch (error) {
    context.skip(`${command} can't be used here: ${(error as Error).message}`);
  }
  return execFileSync(command, [...before, ...node, PROGRAM, ...args], { encoding: 'utf8', stdio: 'pipe' })
    .trimEnd()
    .split('\n');
}

/** A disk of 1 MiB where one can be mounted, which only root on Linux may; otherwise an ordinary directory. */
function smallDisk(context: TestContext): string {
  const directory = testDirectory();
  if (process.geteuid?.() === 0) mountTmpfs(context, directory, 'size=1m');
  return directory;
}

describe('a process without the rights', () => {
  it('to its directory waits with what it can not write, and resumes', (context) => {
    const directory = smallDisk(context);
    if (process.geteuid?.() === 0) chownSync(directory, NOBODY, NOBODY);
    const tool = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const;
    expect(run(context, tool, [directory, 'permission'])).toStrictEqual([
      'delivered',
      'rotated false',
      'delivered',
      'rotated true',
      'opening /permission/orders.jsonl failed with EACCES: permission denied',
      'delivered',
      '{"EACCES":2}',
    ]);
    const logs = join(directory, 'permission');
    expect(
      readdirSync(logs)
        .toSorted()
        .map((name) => readFileSync(join(logs, name), 'utf8')),
    ).toStrictEqual(['1\n2\n', '3\n']);
  });

  it('to another descriptor waits as well, and resumes', (context) => {
    const directory = smallDisk(context);
    expect(run(context, ['prlimit', '--nofile=64'], [directory, 'descriptors'])).toStrictEqual([
      'opening /descriptors/orders.jsonl failed with EMFILE: too many open files',
      'delivered',
      '{"EMFILE":1}',
    ]);
  });
});

describe('files that are given to another owner', () => {
  it('have that owner, group and mode whatever the umask, compressed as well, and are taken again', async (context) => {
    if (process.geteuid?.() !== 0) context.skip('only root may give files away');
    const directory = testDirectory();
    const logs = join(directory, 'new', 'logs');
    const options = {
      path: join(logs, 'orders.jsonl'),
      owner: { uid: NOBODY, gid: NOBODY },
      fileMode: 0o640,
      directoryMode: 0o750,
      compression: 'gzip',
      format: () => 'line',
    } as const;
    const umask = process.umask(0o077);
    try {
      for (let start = 0; start < 2; start += 1) {
        const exporter = new RotatingFileLogRecordExporter(options);
        const encoder = exporter.createEncoder();
        encoder.append({} as never);
        const batch = encoder.take();
        if (batch === undefined) throw new Error('nothing was encoded');
        expect(await exporter.send(batch, new AbortController().signal)).toMatchObject({ kind: 'delivered' });
        if (start === 0) await exporter.rotate();
        await exporter.shutdown();
      }
    } finally {
      process.umask(umask);
    }
    for (const [path, mode] of [
      [join(directory, 'new'), 0o750],
      [logs, 0o750],
      [join(logs, 'orders.jsonl'), 0o640],
      [join(logs, 'orders.000001.jsonl.gz'), 0o640],
    ] as const) {
      const facts = statSync(path);
      expect([path, facts.uid, facts.gid, facts.mode & 0o777]).toStrictEqual([path, NOBODY, NOBODY, mode]);
    }
    chmodSync(logs, 0o700);
  });
});
