// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { lstatSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';

import { nodeFilePort } from './file-port.ts';
import type { RotatingFileOptions } from './options.ts';
import type { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { faultyPort, systemError } from './test-support/faulty-port.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 0, 1, 12);

interface Timed {
  readonly logs: LogDirectory;
  readonly clock: ManualClock;
  readonly exporter: RotatingFileLogRecordExporter;
}

function hourly(options: Partial<RotatingFileOptions> = {}): Timed {
  const logs = new LogDirectory();
  const clock = new ManualClock(NOON);
  const path = logs.at('orders.jsonl');
  const exporter = fileExporter({ path, clock, rotateEvery: 'hour', timeZone: 'UTC', ...options });
  return { logs, clock, exporter };
}

describe('rotation by time', () => {
  it('begins a new file with the first write of a period', async () => {
    const { logs, clock, exporter } = hourly();
    await sendLines(exporter, ['{"n":1}']);
    clock.jumpWall(HOUR - 1);
    await sendLines(exporter, ['{"n":2}']);
    clock.jumpWall(1);
    await sendLines(exporter, ['{"n":3}']);
    expect(logs.contents()).toStrictEqual({
      'orders.000001.jsonl': '{"n":1}\n{"n":2}\n',
      'orders.jsonl': '{"n":3}\n',
    });
  });

  it('happens by itself at the end of the period, and never for a file without records', async () => {
    const { logs, clock, exporter } = hourly();
    await clock.advance(3 * HOUR);
    await sendLines(exporter, ['{}']);
    expect(logs.names()).toStrictEqual(['orders.jsonl']);
    await clock.advance(HOUR);
    await exporter.forceFlush();
    expect(logs.names()).toStrictEqual(['orders.000001.jsonl']);
    await clock.advance(5 * HOUR);
    await exporter.forceFlush();
    expect(logs.names()).toStrictEqual(['orders.000001.jsonl']);
    expect(exporter.stats()).toMatchObject({ rotations: 1 });
  });

  it('is tried again every second where it fails, and leaves the timers alone while there is nothing to rotate', async () => {
    const logs = new LogDirectory();
    // Later than the machine's time, which the file gets: its period is over for whoever opens it.
    const clock = new ManualClock(Date.UTC(2040, 0, 1, 12));
    let attempts = 0;
    let isBroken = true;
    const port = faultyPort({
      rename: async (from, to) => {
        attempts += 1;
        if (isBroken) throw systemError('EACCES', 'permission denied', 'rename');
        await nodeFilePort.rename(from, to);
      },
    });
    const options = { path: logs.at('orders.jsonl'), clock, rotateEvery: 'hour', timeZone: 'UTC' };
    const exporter = fileExporter(options, port);
    const pass = async (millis: number): Promise<void> => {
      await clock.advance(millis);
      await exporter.forceFlush();
    };
    await sendLines(exporter, ['{}']);
    await pass(HOUR);
    await pass(1000);
    await pass(1000);
    expect([attempts, exporter.stats().failures]).toStrictEqual([3, { EACCES: 3 }]);
    isBroken = false;
    await pass(1000);
    expect([attempts, exporter.stats().rotations, logs.names()]).toStrictEqual([4, 1, ['orders.000001.jsonl']]);
    const timers = vi.spyOn(clock, 'setTimer');
    await pass(10 * HOUR);
    expect(timers.mock.calls.length).toBeLessThan(15);
    expect(exporter.stats().rotations).toBe(1);
  });

  it('rotates at the first write what an earlier process wrote in an earlier period, and nothing else', async () => {
    const logs = new LogDirectory();
    const path = logs.at('orders.jsonl');
    const clock = new ManualClock(NOON);
    writeFileSync(path, 'old\n');
    utimesSync(path, NOON / 1000 - 1, NOON / 1000 - 1);
    const options = {
      path,
      clock,
      rotateEvery: 'hour',
      timeZone: 'UTC',
      rotatedName: '{date}T{time}-{sequence}-{reason}',
    };
    const exporter = fileExporter(options);
    await sendLines(exporter, ['{"n":1}']);
    expect(logs.contents()).toStrictEqual({
      'orders.2026-01-01T11-59-59-000001-time.jsonl': 'old\n',
      'orders.jsonl': '{"n":1}\n',
    });
    await exporter.shutdown();
    utimesSync(path, NOON / 1000, NOON / 1000);
    await sendLines(fileExporter(options), ['{"n":2}']);
    expect(logs.read('orders.jsonl')).toBe('{"n":1}\n{"n":2}\n');
  });

  it('goes together with rotation by size, each with its reason', async () => {
    const { logs, clock, exporter } = hourly({ maxFileBytes: 16, rotatedName: '{sequence}-{reason}' });
    await sendLines(exporter, ['{"n":1}', '{"n":2}', '{"n":3}']);
    clock.jumpWall(HOUR);
    await sendLines(exporter, ['{"n":4}']);
    await exporter.rotate();
    expect(logs.contents()).toStrictEqual({
      'orders.000001-size.jsonl': '{"n":1}\n{"n":2}\n',
      'orders.000002-time.jsonl': '{"n":3}\n',
      'orders.000003-request.jsonl': '{"n":4}\n',
    });
  });

  it('leaves no timer behind after a shutdown', async () => {
    const { clock, exporter } = hourly({ fsync: 'interval' });
    await sendLines(exporter, ['{}']);
    await exporter.shutdown();
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('rotation on demand', () => {
  it('waits for what was sent before, and says whether there was anything to rotate', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    expect(await exporter.rotate()).toBe(false);
    const sent = sendLines(exporter, ['{"n":1}']);
    const rotated = exporter.rotate();
    void sendLines(exporter, ['{"n":2}']);
    expect([(await sent).kind, await rotated]).toStrictEqual(['delivered', true]);
    await exporter.shutdown();
    expect(logs.contents()).toStrictEqual({ 'orders.000001.jsonl': '{"n":1}\n', 'orders.jsonl': '{"n":2}\n' });
    expect(await exporter.rotate()).toBe(false);
  });

  it('takes a file that an earlier process left', async () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('orders.jsonl'), 'old\n');
    expect(await fileExporter({ path: logs.at('orders.jsonl') }).rotate()).toBe(true);
    expect(logs.contents()).toStrictEqual({ 'orders.000001.jsonl': 'old\n' });
  });

  it('never rejects, and is counted, when it fails', async () => {
    const logs = new LogDirectory();
    const port = faultyPort({ rename: () => Promise.reject(systemError('EACCES', 'permission denied', 'rename')) });
    const exporter = fileExporter({ path: logs.at('orders.jsonl') }, port);
    await sendLines(exporter, ['{"n":1}']);
    expect(await exporter.rotate()).toBe(false);
    expect(exporter.stats()).toMatchObject({ rotations: 0, failures: { EACCES: 1 } });
    await sendLines(exporter, ['{"n":2}']);
    expect(logs.contents()).toStrictEqual({ 'orders.jsonl': '{"n":1}\n{"n":2}\n' });
  });

  it('happens on a signal, where one is given, until the shutdown', async () => {
    const logs = new LogDirectory();
    const before = process.listenerCount('SIGUSR2');
    const options = {
      path: logs.at('orders.jsonl'),
      rotateOnSignal: 'SIGUSR2',
      rotatedName: '{sequence}-{reason}',
    } as const;
    const exporter = fileExporter(options);
    await sendLines(exporter, ['{}']);
    process.emit('SIGUSR2');
    await exporter.forceFlush();
    expect(logs.names()).toStrictEqual(['orders.000001-signal.jsonl']);
    await exporter.shutdown();
    expect(process.listenerCount('SIGUSR2')).toBe(before);
  });
});

describe('a link to the current file', () => {
  it('is made at the first write and moved from another target', async () => {
    const logs = new LogDirectory();
    const link = logs.at('current');
    symlinkSync('elsewhere', link);
    const exporter = fileExporter({ path: logs.at('deep', 'orders.jsonl'), currentLink: link });
    expect(readlinkSync(link)).toBe('elsewhere');
    await sendLines(exporter, ['{"n":1}']);
    await expect.poll(() => readlinkSync(link)).toBe('deep/orders.jsonl');
    expect(logs.read('current')).toBe('{"n":1}\n');
    expect(logs.names()).toStrictEqual(['current', 'deep']);
  });

  it('replaces nothing but a link, and costs no record', async () => {
    const logs = new LogDirectory();
    writeFileSync(logs.at('current'), 'mine');
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), currentLink: logs.at('current') });
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'delivered' });
    await expect.poll(() => exporter.stats().failures).toStrictEqual({ EINVAL: 1 });
    expect(lstatSync(logs.at('current')).isFile()).toBe(true);
  });
});
