// SPDX-License-Identifier: Apache-2.0
import { type EncodedLinesBatch, LogferryError, type SendOutcome } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { mountSparseExt4, mountTmpfs, testDirectory } from './file-systems.ts';
import { exporterIn, send } from './numbered-records.ts';
import { orderProblem, readLog } from './read-log.ts';

const KIB = 1024;

describe('a disk without room', () => {
  it('is written for ever when the retention fits it, also with compression', async (context) => {
    const disk = join(testDirectory(), 'disk');
    mountTmpfs(context, disk, 'size=1m');
    const limits = { maxFileBytes: 200 * KIB, maxTotalBytes: 600 * KIB, maxFiles: Infinity };
    const exporter = exporterIn(disk, { ...limits, compression: 'gzip' });
    for (let n = 0; n < 4000; n += 100) expect(await send(exporter, n, 100)).toMatchObject({ kind: 'delivered' });
    await exporter.shutdown();
    const files = readLog(disk, 'orders.jsonl');
    const first = files[0]?.numbers[0] ?? 0;
    expect(orderProblem(files, first, 4000 - first)).toBeUndefined();
    expect(first).toBeGreaterThan(0);
    expect(exporter.stats().failures).toStrictEqual({});
  });

  it('keeps a file as it is where its compression has no room, and compresses it later', async (context) => {
    const disk = join(testDirectory(), 'disk');
    mountTmpfs(context, disk, 'size=1m');
    const exporter = exporterIn(disk, { compression: 'gzip', onArchived: () => {} });
    const noise = Array.from({ length: 300 * KIB }, () => String.fromCharCode(33 + Math.random() * 90)).join('');
    const encoder = exporter.createEncoder();
    encoder.append(testRecord({ body: noise, attributes: { n: 0 } }));
    await exporter.send(encoder.take() as EncodedLinesBatch, new AbortController().signal);
    writeFileSync(join(disk, 'ballast'), Buffer.alloc(600 * KIB));
    await exporter.rotate();
    await expect.poll(() => exporter.stats().failures).toStrictEqual({ ENOSPC: 1 });
    expect(readdirSync(disk).toSorted()).toStrictEqual(['ballast', 'orders.000001.jsonl']);
    rmSync(join(disk, 'ballast'));
    await send(exporter, 1, 1);
    await exporter.rotate();
    await exporter.shutdown();
    expect(readdirSync(disk).toSorted()).toStrictEqual(['orders.000001.jsonl.gz', 'orders.000002.jsonl.gz']);
    expect(orderProblem(readLog(disk, 'orders.jsonl'), 0, 2)).toBeUndefined();
  });

  it('is found out by fsync where the system has taken the bytes: nothing that counts as delivered is lost', async (context) => {
    const directory = testDirectory();
    mountTmpfs(context, join(directory, 'small'), 'size=8m');
    mountSparseExt4(context, join(directory, 'disk'), join(directory, 'small', 'image'), 64 * KIB * KIB);
    const disk = join(directory, 'disk');
    const logs = join(disk, 'logs');
    const exporter = exporterIn(logs, {
      fsync: 'every-batch',
      maxFileBytes: 2 * KIB * KIB,
      rotatedName: '{sequence}-{reason}',
    });
    let next = 0;
    let failed: SendOutcome | undefined;
    while (next < 30_000 && failed === undefined) {
      const outcome = await send(exporter, next, 500);
      if (outcome.kind === 'delivered') next += 500;
      else failed = outcome;
    }
    expect(failed).toMatchObject({
      kind: 'retryable',
      reason: expect.stringMatching(/^(?:syncing|writing|opening) .* failed with E/),
    });
    expect(exporter.stats().failures).not.toStrictEqual({});
    await exporter.shutdown();
    // What the kernel only pretends to hold goes with the mount.
    execFileSync('umount', [disk]);
    execFileSync('mount', ['-t', 'ext4', '-o', 'loop', join(directory, 'small', 'image'), disk], { stdio: 'pipe' });
    const numbers = readLog(logs, 'orders.jsonl').flatMap((file) => file.numbers);
    expect(next).toBeGreaterThan(1000);
    const found = new Set(numbers);
    expect(Array.from({ length: next }, (_, n) => n).filter((n) => !found.has(n))).toStrictEqual([]);
  });
});

describe('other file systems', () => {
  it('take the archive', async (context) => {
    const directory = testDirectory();
    mountTmpfs(context, join(directory, 'archive'), 'size=4m');
    const live = join(directory, 'live');
    for (const compression of ['none', 'gzip', 'zstd'] as const) {
      const exporter = exporterIn(live, { compression, archiveDirectory: join(directory, 'archive') });
      await send(exporter, 0, 10);
      await exporter.rotate();
      await exporter.shutdown();
    }
    expect(readdirSync(join(directory, 'archive')).toSorted()).toStrictEqual([
      'orders.000001.jsonl',
      'orders.000002.jsonl.gz',
      'orders.000003.jsonl.zst',
    ]);
    expect(readdirSync(live)).toStrictEqual([]);
    expect(statSync(join(directory, 'archive', 'orders.000001.jsonl')).mode & 0o777).toBe(0o600);
  });

  it('that become read-only stop the delivery alone', async (context) => {
    const disk = join(testDirectory(), 'disk');
    mountTmpfs(context, disk, 'size=1m');
    const exporter = exporterIn(disk);
    await send(exporter, 0, 10);
    // While a file is open for writing, the system refuses to make its disk read-only.
    await exporter.rotate();
    execFileSync('mount', ['-o', 'remount,ro', disk]);
    expect(await send(exporter, 10, 10)).toMatchObject({
      kind: 'retryable',
      reason: expect.stringMatching(/^opening .* failed with EROFS: read-only file system$/),
    });
    execFileSync('mount', ['-o', 'remount,rw', disk]);
    expect(await send(exporter, 10, 10)).toMatchObject({ kind: 'delivered' });
    expect(orderProblem(readLog(disk, 'orders.jsonl'), 0, 20)).toBeUndefined();
  });
});

describe('logrotate', () => {
  it('with copytruncate leaves no hole and loses at most what was written between its copy and its truncation', async () => {
    const directory = testDirectory();
    const exporter = exporterIn(directory);
    await send(exporter, 0, 10);
    execFileSync('sh', ['-c', 'cp orders.jsonl orders.jsonl.1 && : > orders.jsonl'], { cwd: directory });
    await send(exporter, 10, 10);
    const [copy] = readLog(directory, 'orders.jsonl.1').slice(-1);
    const [current] = readLog(directory, 'orders.jsonl').slice(-1);
    expect([copy?.numbers.length, current?.numbers[0], current?.fragments]).toStrictEqual([10, 10, 0]);
  });

  it('that renames the file and deletes the directory costs no record that is sent a second later', async () => {
    const directory = testDirectory();
    const exporter = exporterIn(join(directory, 'logs'));
    await send(exporter, 0, 10);
    renameSync(join(directory, 'logs'), join(directory, 'moved'));
    mkdirSync(join(directory, 'logs'));
    await new Promise((resolve) => setTimeout(resolve, 1050));
    await send(exporter, 10, 10);
    expect(readLog(join(directory, 'moved'), 'orders.jsonl')[0]?.numbers).toHaveLength(10);
    expect(orderProblem(readLog(join(directory, 'logs'), 'orders.jsonl'), 10, 10)).toBeUndefined();
  });
});

it('an error of the files is one of the one class', () => {
  expect(() => exporterIn('/dev/null/logs')).toThrow(LogferryError);
});
