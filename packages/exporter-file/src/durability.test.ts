// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { type FilePort, nodeFilePort } from './file-port.ts';
import type { RotatingFileOptions } from './options.ts';
import type { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { numberedLines } from './test-support/encoded-lines.ts';
import { faultyPort, systemError } from './test-support/faulty-port.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

interface Recorded {
  readonly logs: LogDirectory;
  readonly exporter: RotatingFileLogRecordExporter;
  /** What was asked of the file system, in order. */
  readonly calls: string[];
  /** Fsyncs that fail from now on. */
  failing: number;
  /** Room on the disk. */
  freeBytes: number;
}

function recorded(options: Partial<RotatingFileOptions>): Recorded {
  const logs = new LogDirectory();
  const calls: string[] = [];
  const faults: Partial<FilePort> = {
    append: async (fd, bytes, from, to) => {
      calls.push('append');
      const fits = Math.min(to - from, result.freeBytes);
      if (fits === 0) throw systemError('ENOSPC', 'no space left on device', 'write');
      result.freeBytes -= fits;
      return await nodeFilePort.append(fd, bytes, from, from + fits);
    },
    sync: async (fd) => {
      calls.push('sync');
      if (result.failing > 0) {
        result.failing -= 1;
        throw systemError('EIO', 'i/o error', 'fdatasync');
      }
      await nodeFilePort.sync(fd);
    },
    syncDirectory: (path) => {
      calls.push('sync directory');
      return nodeFilePort.syncDirectory(path);
    },
    rename: (from, to) => {
      calls.push('rename');
      return nodeFilePort.rename(from, to);
    },
    close: (fd) => {
      calls.push('close');
      return nodeFilePort.close(fd);
    },
  };
  const exporter = fileExporter({ path: logs.at('orders.jsonl'), ...options }, faultyPort(faults));
  const result: Recorded = { logs, exporter, calls, failing: 0, freeBytes: Infinity };
  return result;
}

describe('the fsync policy', () => {
  it('never: asks for none', async () => {
    const { exporter, calls } = recorded({ maxFileBytes: 8 });
    await sendLines(exporter, numberedLines(1, 2));
    await exporter.shutdown();
    expect(calls).toStrictEqual(['append', 'close', 'rename', 'append', 'close']);
  });

  it('on-rotate: syncs the file before its rename, the directory after it, and the file at the shutdown', async () => {
    const { exporter, calls } = recorded({ fsync: 'on-rotate', maxFileBytes: 8 });
    await sendLines(exporter, numberedLines(1, 2));
    expect(calls).toStrictEqual([
      'sync directory',
      'append',
      'sync',
      'close',
      'rename',
      'sync directory',
      'sync directory',
      'append',
    ]);
    calls.length = 0;
    await exporter.shutdown();
    expect(calls).toStrictEqual(['sync', 'close']);
  });

  it('every-batch: syncs before a batch counts as delivered', async () => {
    const { exporter, calls } = recorded({ fsync: 'every-batch' });
    await sendLines(exporter, numberedLines(1, 2));
    expect(calls).toStrictEqual(['sync directory', 'append', 'sync']);
    await sendLines(exporter, numberedLines(3, 4));
    expect(calls).toStrictEqual(['sync directory', 'append', 'sync', 'append', 'sync']);
  });

  it('interval: syncs once for all that was written since the last time, and not when nothing was', async () => {
    const clock = new ManualClock();
    const { exporter, calls } = recorded({ fsync: 'interval', fsyncIntervalMillis: 500, clock });
    await sendLines(exporter, ['{}']);
    await sendLines(exporter, ['{}']);
    await clock.advance(500);
    await exporter.forceFlush();
    expect(calls.filter((call) => call === 'sync')).toHaveLength(1);
    await clock.advance(5000);
    await exporter.forceFlush();
    expect(calls.filter((call) => call === 'sync')).toHaveLength(1);
    await sendLines(exporter, ['{}']);
    await clock.advance(500);
    await exporter.forceFlush();
    expect(calls.filter((call) => call === 'sync')).toHaveLength(2);
  });
});

describe('a batch of which only a part was written, with every-batch', () => {
  it('counts the part as written only when it is durable', async () => {
    for (const isLying of [false, true]) {
      const run = recorded({ fsync: 'every-batch' });
      run.freeBytes = 20;
      if (isLying) run.failing = 1;
      const outcome = await sendLines(run.exporter, numberedLines(1, 4));
      if (outcome.kind !== 'retryable') throw new Error(`the send is ${outcome.kind}`);
      expect(outcome.reason).toMatch(/ENOSPC/);
      expect(outcome.remaining?.recordCount).toBe(isLying ? undefined : 2);
      expect(run.exporter.stats().writtenRecords).toBe(isLying ? 0 : 2);
      expect(run.calls.filter((call) => call === 'sync')).toHaveLength(1);
      run.freeBytes = Infinity;
      await sendLines(run.exporter, isLying ? numberedLines(1, 4) : numberedLines(3, 4));
      expect(run.logs.read('orders.jsonl')).toBe(
        numberedLines(1, 4)
          .map((line) => `${line}\n`)
          .join(''),
      );
    }
  });
});

describe('an fsync that fails', () => {
  it('gives the batch back, leaves the file and its descriptor for good, and writes the batch into a new file', async () => {
    const run = recorded({ fsync: 'every-batch', rotatedName: '{sequence}-{reason}' });
    await sendLines(run.exporter, ['{"n":1}']);
    run.failing = 1;
    const outcome = await sendLines(run.exporter, ['{"n":2}', '{"n":3}']);
    expect(outcome).toStrictEqual({
      kind: 'retryable',
      reason: `syncing ${run.logs.at('orders.jsonl')} failed with EIO: i/o error`,
      retryAfterMillis: 1000,
    });
    expect(run.exporter.stats()).toMatchObject({ writtenRecords: 1, writtenBytes: 8, failures: { EIO: 1 } });
    run.calls.length = 0;
    expect(await sendLines(run.exporter, ['{"n":2}', '{"n":3}'])).toMatchObject({ kind: 'delivered' });
    expect(run.calls).toStrictEqual(['rename', 'sync directory', 'sync directory', 'append', 'sync']);
    expect(run.logs.contents()).toStrictEqual({
      'orders.000001-fault.jsonl': '{"n":1}\n{"n":2}\n{"n":3}\n',
      'orders.jsonl': '{"n":2}\n{"n":3}\n',
    });
    expect(run.exporter.stats()).toMatchObject({ writtenRecords: 3, rotations: 1 });
  });

  it('in the middle of a batch, at a rotation, gives back only what is in no durable file', async () => {
    const run = recorded({ fsync: 'every-batch', maxFileBytes: 16 });
    await sendLines(run.exporter, ['{"n":0}']);
    let synced = 0;
    const calls = run.calls;
    calls.push = (call) => {
      if (call === 'sync' && (synced += 1) === 2) run.failing = 1;
      return Array.prototype.push.call(calls, call);
    };
    const outcome = await sendLines(run.exporter, numberedLines(1, 5));
    if (outcome.kind !== 'retryable') throw new Error(`the send is ${outcome.kind}`);
    expect(Buffer.from(outcome.remaining?.bytes ?? []).toString()).toBe('{"n":2}\n{"n":3}\n{"n":4}\n{"n":5}\n');
  });

  it('is counted and said where the batch is acknowledged already', async () => {
    const run = recorded({ fsync: 'on-rotate', rotatedName: '{sequence}-{reason}' });
    await sendLines(run.exporter, ['{"n":1}']);
    run.failing = 1;
    expect(await run.exporter.rotate()).toBe(false);
    await sendLines(run.exporter, ['{"n":2}']);
    expect(run.logs.contents()).toStrictEqual({
      'orders.000001-fault.jsonl': '{"n":1}\n',
      'orders.jsonl': '{"n":2}\n',
    });
    expect(run.exporter.stats()).toMatchObject({ writtenRecords: 2, failures: { EIO: 1 } });
  });
});
