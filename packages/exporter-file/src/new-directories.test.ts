// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import { nodeFilePort } from './file-port.ts';
import type { FsyncPolicy } from './fsync-policy.ts';
import type { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { faultyPort, systemError } from './test-support/faulty-port.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

interface Scene {
  readonly logs: LogDirectory;
  readonly clock: ManualClock;
  readonly exporter: RotatingFileLogRecordExporter;
  /** The directories that were made durable, below the test's own, in order. */
  readonly synced: string[];
  /** Calls that fail from now on. */
  failing: number;
}

/** An exporter whose path lies in two directories that are missing. */
function scene(fsync: FsyncPolicy, logs: LogDirectory = new LogDirectory()): Scene {
  const synced: string[] = [];
  const clock = new ManualClock();
  const port = faultyPort({
    syncDirectory: async (path) => {
      if (made.failing > 0) {
        made.failing -= 1;
        throw systemError('EIO', 'i/o error', 'fsync');
      }
      await nodeFilePort.syncDirectory(path);
      synced.push(path.slice(logs.path.length));
    },
  });
  const exporter = fileExporter({ path: logs.at('a/b/orders.jsonl'), fsync, clock }, port);
  const made: Scene = { logs, clock, exporter, synced, failing: 0 };
  return made;
}

describe('a new log directory', () => {
  it('is durable with all its parents before the first batch is, where the policy asks for it', async () => {
    for (const fsync of ['every-batch', 'interval', 'on-rotate'] as const) {
      const { exporter, synced } = scene(fsync);
      expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'delivered' });
      expect(synced.toSorted()).toStrictEqual(['', '/a', '/a/b']);
      await exporter.rotate();
      await sendLines(exporter, ['{}']);
      expect(synced.slice(3)).toStrictEqual(['/a/b', '/a/b']);
    }
  });

  it('is left to the system otherwise', async () => {
    const { exporter, synced } = scene('never');
    await sendLines(exporter, ['{}']);
    expect(synced).toStrictEqual([]);
  });

  it('costs an exporter nothing that finds it there', async () => {
    const first = scene('every-batch');
    await first.exporter.shutdown();
    const { exporter, synced } = scene('every-batch', first.logs);
    await sendLines(exporter, ['{}']);
    expect(synced).toStrictEqual(['/a/b']);
  });

  it('is made durable again after another program deleted it', async () => {
    const { logs, clock, exporter, synced } = scene('every-batch');
    await sendLines(exporter, ['{"n":1}']);
    rmSync(logs.at('a'), { recursive: true });
    synced.length = 0;
    await clock.advance(1000);
    await sendLines(exporter, ['{"n":2}']);
    expect(synced.toSorted()).toStrictEqual(['', '/a', '/a/b']);
    expect(logs.read('a/b/orders.jsonl')).toBe('{"n":2}\n');
  });

  it('is tried again at the next opening where that fails, which is counted', async () => {
    const made = scene('every-batch');
    made.failing = 3;
    expect(await sendLines(made.exporter, ['{}'])).toMatchObject({ kind: 'delivered' });
    expect(made.synced).toStrictEqual([]);
    expect(made.exporter.stats().failures).toStrictEqual({ EIO: 3 });
    await made.exporter.rotate();
    made.synced.length = 0;
    await sendLines(made.exporter, ['{}']);
    expect(made.synced.toSorted()).toStrictEqual(['', '/a', '/a/b']);
  });
});
