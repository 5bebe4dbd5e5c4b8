// SPDX-License-Identifier: Apache-2.0
import type { EncodedLinesBatch, LogferryError, SendOutcome } from '@logferry/core';
import { ManualClock } from '@logferry/core/testing';
import { diag, DiagLogLevel } from '@opentelemetry/api';
import { mkdirSync, rmdirSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';

import { nodeFilePort } from './file-port.ts';
import { linesBatch, numberedLines } from './test-support/encoded-lines.ts';
import { faultyPort, SmallDisk, systemError } from './test-support/faulty-port.ts';
import { fileExporter, noAbort, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

const DELIVERED = { kind: 'delivered', rejectedCount: 0 };

/** The text of what an outcome says is still to be sent, and the number of its records. */
function remainingOf(outcome: SendOutcome): readonly [string, number] | undefined {
  if (outcome.kind !== 'retryable' || outcome.remaining === undefined) return undefined;
  return [Buffer.from(outcome.remaining.bytes).toString(), outcome.remaining.recordCount];
}

function collectDiagnostics(): string[] {
  const said: string[] = [];
  const collect = (message: string): number => said.push(message);
  diag.setLogger(
    { error: collect, warn: collect, info: collect, debug: () => {}, verbose: () => {} },
    { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true },
  );
  onTestFinished(() => diag.disable());
  return said;
}

describe('a full disk', () => {
  it('keeps the whole lines, cuts the rest of a line off and gives back what is left', async () => {
    const logs = new LogDirectory();
    const disk = new SmallDisk(20);
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, disk.port);
    const outcome = await sendLines(exporter, numberedLines(1, 4));
    const reason = `writing ${logs.at('orders.jsonl')} failed with ENOSPC: no space left on device`;
    expect(outcome).toMatchObject({ kind: 'retryable', reason, retryAfterMillis: 1000 });
    expect(remainingOf(outcome)).toStrictEqual(['{"n":3}\n{"n":4}\n', 2]);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":2}\n' });
    expect(exporter.stats()).toMatchObject({ writtenRecords: 2, writtenBytes: 16, failures: { ENOSPC: 1 } });
  });

  it('resumes by itself when there is room, with every record once', async () => {
    const logs = new LogDirectory();
    const disk = new SmallDisk(20);
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, disk.port);
    const first = await sendLines(exporter, numberedLines(1, 4));
    if (first.kind !== 'retryable' || first.remaining === undefined) throw new Error('nothing remains');
    expect(await exporter.send(first.remaining, noAbort())).toMatchObject({ kind: 'retryable' });
    disk.freeBytes = 1000;
    expect(await exporter.send(first.remaining, noAbort())).toStrictEqual(DELIVERED);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n' });
    expect(exporter.stats()).toMatchObject({ writtenRecords: 4, writtenBytes: 32, failures: { ENOSPC: 2 } });
  });

  it('is said once, and its end as well', async () => {
    const said = collectDiagnostics();
    const errors: LogferryError[] = [];
    const logs = new LogDirectory();
    const disk = new SmallDisk(0);
    const path = logs.at('orders.jsonl');
    const clock = new ManualClock();
    const exporter = fileExporter({ path, clock, onError: (error) => errors.push(error) }, disk.port);
    for (let attempt = 0; attempt < 5; attempt += 1) await sendLines(exporter, ['{}']);
    disk.freeBytes = 1000;
    await sendLines(exporter, ['{}']);
    await sendLines(exporter, ['{}']);
    const text = `writing ${path} failed with ENOSPC: no space left on device`;
    expect(said).toStrictEqual([
      `@logferry/exporter-file: ${text}; records wait until it works again`,
      `@logferry/exporter-file: ${path} is written again, after 5 failures`,
    ]);
    expect(
      errors.map((error) => [error.code, error.message, (error.cause as NodeJS.ErrnoException).code]),
    ).toStrictEqual(Array.from({ length: 5 }, () => ['UNUSABLE_FILE', text, 'ENOSPC']));
  });

  it('gets room from the retention before the next file is made', async () => {
    const logs = new LogDirectory();
    const calls: string[] = [];
    const port = faultyPort({
      open: (path, mode) => {
        calls.push(`open with ${logs.names().length} files`);
        return nodeFilePort.open(path, mode);
      },
    });
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8, maxFiles: 2 }, port);
    await sendLines(exporter, numberedLines(1, 4));
    expect(calls).toStrictEqual(['open with 0 files', 'open with 1 files', 'open with 1 files', 'open with 1 files']);
  });

  it('ends the rest of a line with a newline where it can not be cut off', async () => {
    const logs = new LogDirectory();
    const disk = new SmallDisk(12, {
      truncate: () => Promise.reject(systemError('EIO', 'i/o error', 'ftruncate')),
    });
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, disk.port);
    const outcome = await sendLines(exporter, numberedLines(1, 2));
    expect(remainingOf(outcome)).toStrictEqual(['{"n":2}\n', 1]);
    expect(logs.read('orders.jsonl')).toBe('{"n":1}\n{"n"');
    disk.freeBytes = 1000;
    await sendLines(exporter, ['{"n":2}']);
    expect(logs.read('orders.jsonl')).toBe('{"n":1}\n{"n"\n{"n":2}\n');
    expect(exporter.stats()).toMatchObject({ repairedLines: 1, failures: { ENOSPC: 1, EIO: 1 } });
  });

  it('cuts nothing off a file that another program truncated in the meantime', async () => {
    const logs = new LogDirectory();
    const disk = new SmallDisk(12);
    const exporter = fileExporter(
      { path: logs.at('orders.jsonl') },
      {
        ...disk.port,
        append: async (fd, bytes, from, to) => {
          if (disk.freeBytes === 0) await nodeFilePort.truncate(fd, 0);
          return await disk.port.append(fd, bytes, from, to);
        },
      },
    );
    await sendLines(exporter, numberedLines(1, 2));
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '' });
  });
});

describe('a failing disk', () => {
  it('opens the file anew after an I/O error', async () => {
    const logs = new LogDirectory();
    const opened: number[] = [];
    const closed: number[] = [];
    let broken = true;
    const port = faultyPort({
      open: async (path, mode) => {
        const fd = await nodeFilePort.open(path, mode);
        opened.push(fd);
        return fd;
      },
      append: async (fd, bytes, from, to) => {
        if (broken) throw systemError('EIO', 'i/o error', 'write');
        return await nodeFilePort.append(fd, bytes, from, to);
      },
      close: async (fd) => {
        closed.push(fd);
        await nodeFilePort.close(fd);
      },
    });
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, port);
    const outcome = await sendLines(exporter, ['{}']);
    expect(outcome).toStrictEqual({
      kind: 'retryable',
      reason: `writing ${logs.at('orders.jsonl')} failed with EIO: i/o error`,
      retryAfterMillis: 1000,
    });
    broken = false;
    expect(await sendLines(exporter, ['{}'])).toStrictEqual(DELIVERED);
    await exporter.shutdown();
    expect(opened).toHaveLength(2);
    expect(closed).toStrictEqual(opened);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{}\n' });
  });

  it('takes a write of nothing for a failure', async () => {
    const logs = new LogDirectory();
    const port = faultyPort({ append: () => Promise.resolve(0) });
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, port);
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'retryable' });
    expect(exporter.stats().failures).toStrictEqual({ UNKNOWN: 1 });
  });

  it('goes on after short writes', async () => {
    const logs = new LogDirectory();
    const port = faultyPort({
      append: (fd, bytes, from, to) => nodeFilePort.append(fd, bytes, from, Math.min(from + 3, to)),
    });
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 16 }, port);
    expect(await sendLines(exporter, numberedLines(1, 3))).toStrictEqual(DELIVERED);
    expect(logs.inOrder('orders.jsonl')).toStrictEqual(['{"n":1}\n{"n":2}\n', '{"n":3}\n']);
  });

  it.each([
    ['rename', 'rotating'],
    ['list', 'listing the directory of'],
  ] as const)('exceeds no limit while %s fails, and rotates when it works again', async (operation, word) => {
    const logs = new LogDirectory();
    let broken = true;
    const refuse = (): Promise<never> => Promise.reject(systemError('EACCES', 'permission denied', operation));
    const port = faultyPort({
      rename: (from, to) => (broken && operation === 'rename' ? refuse() : nodeFilePort.rename(from, to)),
      list: (path) => (broken && operation === 'list' ? refuse() : nodeFilePort.list(path)),
    });
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8 }, port);
    const outcome = await sendLines(exporter, numberedLines(1, 2));
    expect(outcome).toMatchObject({
      kind: 'retryable',
      reason: `${word} ${logs.at('orders.jsonl')} failed with EACCES: permission denied`,
    });
    expect(remainingOf(outcome)).toStrictEqual(['{"n":2}\n', 1]);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n' });
    broken = false;
    await sendLines(exporter, ['{"n":2}']);
    expect(logs.inOrder('orders.jsonl')).toStrictEqual(['{"n":1}\n', '{"n":2}\n']);
  });

  it('writes on when an old file can not be deleted, and deletes it later', async () => {
    const logs = new LogDirectory();
    let broken = true;
    const port = faultyPort({
      remove: (path) =>
        broken ? Promise.reject(systemError('EPERM', 'operation not permitted', 'unlink')) : nodeFilePort.remove(path),
    });
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 8, maxFiles: 2 }, port);
    expect(await sendLines(exporter, numberedLines(1, 3))).toStrictEqual(DELIVERED);
    expect(logs.inOrder('orders.jsonl')).toStrictEqual(['{"n":1}\n', '{"n":2}\n', '{"n":3}\n']);
    expect(exporter.stats()).toMatchObject({ deletedFiles: 0, failures: { EPERM: 1 } });
    broken = false;
    await sendLines(exporter, numberedLines(4, 4));
    expect(logs.inOrder('orders.jsonl')).toStrictEqual(['{"n":3}\n', '{"n":4}\n']);
    expect(exporter.stats()).toMatchObject({ deletedFiles: 2 });
  });

  it('counts what closing a file reports', async () => {
    const logs = new LogDirectory();
    const port = faultyPort({
      close: async (fd) => {
        await nodeFilePort.close(fd);
        throw systemError('EDQUOT', 'disk quota exceeded', 'close');
      },
    });
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, port);
    await sendLines(exporter, ['{}']);
    await exporter.shutdown();
    expect(exporter.stats().failures).toStrictEqual({ EDQUOT: 1 });
  });

  it('keeps the batch while the file can not be opened', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('app', 'orders.jsonl') });
    rmdirSync(logs.at('app'));
    mkdirSync(logs.at('app', 'orders.jsonl'), { recursive: true });
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'retryable' });
    expect(await sendLines(exporter, ['{}'])).toMatchObject({
      reason: `opening ${logs.at('app', 'orders.jsonl')} failed with EISDIR: illegal operation on a directory`,
    });
    rmdirSync(logs.at('app', 'orders.jsonl'));
    expect(await sendLines(exporter, ['{}'])).toStrictEqual(DELIVERED);
  });

  it('stops between two files when the send is aborted', async () => {
    const logs = new LogDirectory();
    const abort = new AbortController();
    const port = faultyPort({
      append: async (fd, bytes, from, to) => {
        abort.abort();
        return await nodeFilePort.append(fd, bytes, from, to);
      },
    });
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 16 }, port);
    const outcome = await exporter.send(linesBatch(numberedLines(1, 5)), abort.signal);
    expect(outcome).toMatchObject({ kind: 'retryable', reason: 'the send was cancelled' });
    expect(remainingOf(outcome)).toStrictEqual(['{"n":3}\n{"n":4}\n{"n":5}\n', 3]);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":2}\n' });
  });

  it('ignores an onError hook that throws', async () => {
    const said = collectDiagnostics();
    const logs = new LogDirectory();
    const onError = (): never => {
      throw new TypeError('secret');
    };
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), onError }, new SmallDisk(0).port);
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'retryable' });
    expect(said.at(-1)).toBe('@logferry/exporter-file: the onError hook threw a TypeError');
  });
});

describe('the rest of a batch', () => {
  it('can be split like any other batch', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, new SmallDisk(8).port);
    const outcome = await sendLines(exporter, numberedLines(1, 4));
    if (outcome.kind !== 'retryable' || outcome.remaining === undefined) throw new Error('nothing remains');
    const parts = outcome.remaining.split() as EncodedLinesBatch[];
    expect(parts.map((part) => [Buffer.from(part.bytes).toString(), part.recordCount, part.lines])).toStrictEqual([
      ['{"n":2}\n', 1, [{ endOffset: 8, recordCount: 1 }]],
      [
        '{"n":3}\n{"n":4}\n',
        2,
        [
          { endOffset: 8, recordCount: 1 },
          { endOffset: 16, recordCount: 1 },
        ],
      ],
    ]);
    expect(parts[0]?.split()).toStrictEqual([parts[0]]);
    outcome.remaining.release();
  });
});
