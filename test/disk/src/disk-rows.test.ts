// SPDX-License-Identifier: Apache-2.0

/** What else can happen to files, on a small disk: full, failing and read-only ones are in tests of their own. */
import { isLogferryError } from '@logferry/core';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chownSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';

import { mountTmpfs, testDirectory } from './file-systems.ts';
import { exporterIn, send } from './numbered-records.ts';
import { orderProblem, readLog } from './read-log.ts';
import { writeRecords } from './run-program.ts';

/** An exporter looks at its path at most once a second. */
const LOOK_MILLIS = 1_050;

let disk: string;

beforeEach((context) => {
  disk = join(testDirectory(), 'disk');
  mountTmpfs(context, disk, 'size=2m');
});

describe('another program', () => {
  it.each<[string, (path: string) => void]>([
    ['renames the file', (path) => renameSync(path, `${path}.1`)],
    ['deletes the file', (path) => rmSync(path)],
    [
      'copies and truncates the file',
      (path) => {
        copyFileSync(path, `${path}.1`);
        truncateSync(path);
      },
    ],
    ['deletes the directory', (path) => rmSync(join(path, '..'), { recursive: true })],
    [
      'puts another directory in its place',
      (path) => {
        renameSync(join(path, '..'), join(path, '..', '..', 'moved'));
        mkdirSync(join(path, '..'));
      },
    ],
  ])('that %s is noticed within a second, and no record after that is lost', async (_what, change) => {
    const logs = join(disk, 'logs');
    const exporter = exporterIn(logs);
    const path = join(logs, 'orders.jsonl');
    await send(exporter, 0, 10);
    change(path);
    await delay(LOOK_MILLIS);
    expect(await send(exporter, 10, 10)).toMatchObject({ kind: 'delivered' });
    expect(exporter.stats()).toMatchObject({ externalChanges: 1, failures: {} });
    // A hole of NULs would count as a fragment.
    expect(readLog(logs, 'orders.jsonl', 'orders').at(-1)).toMatchObject({ fragments: 0, numbers: numbers(10, 10) });
  });

  it('that has the path in use keeps a second exporter away, and none once it is gone, however it ended', async (context) => {
    // The other program writes until it is killed.
    disk = join(testDirectory(), 'larger');
    mountTmpfs(context, disk, 'size=256m');
    const path = join(disk, 'orders.jsonl');
    const options = { path, format: 'json' };
    let refusal: unknown;
    const { signal } = await writeRecords({ first: 0, count: 1_000_000, end: 'killed', options }, (child) => {
      child.stdout?.on('data', (said) => {
        if (refusal !== undefined || !/written [1-9]/.test(String(said))) return;
        try {
          exporterIn(disk);
        } catch (error) {
          refusal = error;
        }
        child.kill('SIGKILL');
      });
    });
    expect(signal).toBe('SIGKILL');
    expect(isLogferryError(refusal) && [refusal.code, refusal.message]).toStrictEqual([
      'UNUSABLE_FILE',
      `${path} is in use by another process or worker thread`,
    ]);
    const before = readLog(disk, 'orders.jsonl').flatMap((file) => file.numbers).length;
    expect(await send(exporterIn(disk), before, 5)).toMatchObject({ kind: 'delivered' });
    expect(orderProblem(readLog(disk, 'orders.jsonl'), 0, before + 5)).toBeUndefined();
  });
});

describe('a half-written last line', () => {
  it('is ended, never glued to what comes after it', async () => {
    const first = exporterIn(disk);
    await send(first, 0, 3);
    await first.shutdown();
    appendFileSync(join(disk, 'orders.jsonl'), '{"n":3,"mess');
    const exporter = exporterIn(disk);
    await send(exporter, 3, 3);
    const [file] = readLog(disk, 'orders.jsonl');
    expect([file?.numbers, file?.fragments]).toStrictEqual([numbers(0, 6), 1]);
    expect(exporter.stats().repairedLines).toBe(1);
  });
});

describe('a path that must not be written', () => {
  it.each<[string, (path: string) => void, string]>([
    ['symbolic link', (path) => symlinkSync('target', path), 'is a symbolic link, not a regular file'],
    ['FIFO', (path) => void execFileSync('mkfifo', [path]), 'is a FIFO, not a regular file'],
    ['hard link', (path) => linkSync(join(path, '..', 'target'), path), 'has 2 hard links'],
    [
      'file of another owner',
      (path) => {
        writeFileSync(path, '');
        chownSync(path, 65_534, 65_534);
      },
      'belongs to user 65534, not to user 0 who runs the process',
    ],
  ])('is refused with a clear error, at the start and later: %s', async (_what, make, reason) => {
    const path = join(disk, 'orders.jsonl');
    writeFileSync(join(disk, 'target'), 'untouched');
    make(path);
    expect(() => exporterIn(disk)).toThrow(
      expect.objectContaining({ code: 'UNUSABLE_FILE', message: `${path} ${reason}` }),
    );
    rmSync(path);
    const exporter = exporterIn(disk);
    make(path);
    expect(await send(exporter, 0, 1)).toMatchObject({ kind: 'retryable' });
    rmSync(path);
    expect(await send(exporter, 0, 1)).toMatchObject({ kind: 'delivered' });
    expect(readFileSync(join(disk, 'target'), 'utf8')).toBe('untouched');
  });
});

function numbers(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}
