// SPDX-License-Identifier: Apache-2.0
import type { RetryableOutcome, SendOutcome } from '@logferry/core';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished, type TestContext } from 'vitest';

import { linesBatch } from './test-support/encoded-lines.ts';
import { fileExporter, noAbort, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

/** Mounts a file system in memory, or skips the test with the reason why it can't. */
function mountTmpfs(context: TestContext, directory: string, options: string): void {
  mkdirSync(directory);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', directory], { stdio: 'pipe' });
  } catch (error) {
    context.skip(`a tmpfs can't be mounted here, only root on Linux may: ${(error as Error).message}`);
  }
  onTestFinished(() => void execFileSync('umount', ['-l', directory]));
}

function line(number: number): string {
  return JSON.stringify({ n: number, text: 'x'.repeat(997) });
}

function rangeOfLines(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => line(first + index));
}

function rest(outcome: SendOutcome): RetryableOutcome {
  if (outcome.kind !== 'retryable') throw new Error(`the send is ${outcome.kind}`);
  return outcome;
}

describe('a file system without room', () => {
  it('loses and splits no line when the blocks run out, and resumes when there are some again', async (context) => {
    const logs = new LogDirectory();
    mountTmpfs(context, logs.at('disk'), 'size=1m');
    writeFileSync(logs.at('disk', 'ballast'), Buffer.alloc(512 * 1024));
    const exporter = fileExporter({ path: logs.at('disk', 'orders.jsonl') });
    const first = rest(await sendLines(exporter, rangeOfLines(0, 1000)));
    expect(first.reason).toMatch(/failed with ENOSPC: no space left on device$/);
    const { writtenRecords } = exporter.stats();
    expect(writtenRecords).toBeGreaterThan(400);
    expect(first.remaining?.recordCount).toBe(1000 - writtenRecords);
    expect(logs.read('disk/orders.jsonl')).toBe(`${rangeOfLines(0, writtenRecords).join('\n')}\n`);
    if (first.remaining === undefined) throw new Error('nothing remains');
    const second = rest(await exporter.send(first.remaining, noAbort()));
    expect(second.remaining).toBeUndefined();
    rmSync(logs.at('disk', 'ballast'));
    expect(await exporter.send(first.remaining, noAbort())).toStrictEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(logs.read('disk/orders.jsonl')).toBe(`${rangeOfLines(0, 1000).join('\n')}\n`);
    expect(exporter.stats()).toMatchObject({ writtenRecords: 1000, repairedLines: 0, failures: { ENOSPC: 2 } });
  });

  it('writes for ever on a disk that is smaller than what it writes, when its files fit', async (context) => {
    const logs = new LogDirectory();
    mountTmpfs(context, logs.at('disk'), 'size=1m');
    const exporter = fileExporter({ path: logs.at('disk', 'orders.jsonl'), maxFileBytes: 200 * 1024, maxFiles: 4 });
    for (let n = 0; n < 3000; n += 100) {
      expect(await exporter.send(linesBatch(rangeOfLines(n, 100)), noAbort())).toMatchObject({ kind: 'delivered' });
    }
    expect(exporter.stats()).toMatchObject({ writtenRecords: 3000, failures: {} });
  });

  it('keeps the batch when the inodes run out', async (context) => {
    const logs = new LogDirectory();
    mountTmpfs(context, logs.at('disk'), 'size=1m,nr_inodes=3');
    const exporter = fileExporter({ path: logs.at('disk', 'orders.jsonl'), maxFileBytes: 10_000 });
    const outcome = rest(await sendLines(exporter, rangeOfLines(0, 25)));
    expect(outcome.reason).toMatch(/^opening .* failed with ENOSPC: no space left on device$/);
    expect(outcome.remaining?.recordCount).toBe(25 - exporter.stats().writtenRecords);
    rmSync(logs.at('disk', 'orders.000001.jsonl'));
    if (outcome.remaining === undefined) throw new Error('nothing remains');
    expect(await exporter.send(outcome.remaining, noAbort())).toMatchObject({ kind: 'delivered' });
    const written = ['orders.000002.jsonl', 'orders.jsonl'].map((name) => logs.read(`disk/${name}`));
    expect(written.join('')).toBe(`${rangeOfLines(9, 16).join('\n')}\n`);
    expect(exporter.stats()).toMatchObject({ writtenRecords: 25 });
  });

  it('degrades on a file system that became read-only, and resumes', async (context) => {
    const logs = new LogDirectory();
    mountTmpfs(context, logs.at('disk'), 'size=1m');
    const exporter = fileExporter({ path: logs.at('disk', 'orders.jsonl') });
    execFileSync('mount', ['-o', 'remount,ro', logs.at('disk')]);
    expect(rest(await sendLines(exporter, ['{}'])).reason).toMatch(/failed with EROFS: read-only file system$/);
    execFileSync('mount', ['-o', 'remount,rw', logs.at('disk')]);
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'delivered' });
    expect(logs.read('disk/orders.jsonl')).toBe('{}\n');
  });
});
