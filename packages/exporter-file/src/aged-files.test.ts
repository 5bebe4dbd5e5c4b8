// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

import type { ArchivedFile } from './finish-file.ts';
import type { RotatingFileOptions } from './options.ts';
import type { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const NOON = Date.UTC(2026, 0, 1, 12);

interface Scene {
  readonly logs: LogDirectory;
  readonly clock: ManualClock;
  readonly path: string;
  readonly options: RotatingFileOptions;
}

/** Two rotated files of noon, one of the evening, and somebody else's. */
function scene(options: Partial<RotatingFileOptions> = {}): Scene {
  const logs = new LogDirectory();
  const clock = new ManualClock(NOON);
  const files = { 'orders.000001.jsonl': 0, 'orders.000002.jsonl.gz': 0, 'orders.000003.jsonl': 6, 'other.jsonl': 0 };
  for (const [name, hours] of Object.entries(files)) write(logs.at(name), NOON + hours * HOUR);
  const path = logs.at('orders.jsonl');
  return { logs, clock, path, options: { path, clock, maxAgeMillis: 2 * DAY, ...options } };
}

function write(path: string, millis: number): void {
  writeFileSync(path, '{"n":0}\n');
  utimesSync(path, millis / 1000, millis / 1000);
}

/** Lets so many hours pass, one by one: what a timer begins with the files ends before the next hour does. */
async function passHours(exporter: RotatingFileLogRecordExporter, clock: ManualClock, hours: number): Promise<void> {
  for (let hour = 0; hour < hours; hour += 1) {
    await clock.advance(HOUR);
    await exporter.forceFlush();
  }
}

describe('files of a service that logs nothing', () => {
  it('are deleted within an hour after they have become too old, and not before', async () => {
    const { logs, clock, options } = scene();
    const exporter = fileExporter(options);
    await passHours(exporter, clock, 48);
    expect(logs.names()).toStrictEqual([
      'orders.000001.jsonl',
      'orders.000002.jsonl.gz',
      'orders.000003.jsonl',
      'other.jsonl',
    ]);
    await passHours(exporter, clock, 1);
    expect(logs.names()).toStrictEqual(['orders.000003.jsonl', 'other.jsonl']);
    await passHours(exporter, clock, 6);
    expect(logs.names()).toStrictEqual(['other.jsonl']);
    expect(exporter.stats()).toMatchObject({ deletedFiles: 3, failures: {} });
  });

  it('are deleted at its start, although nothing is written', async () => {
    const { logs, clock, options } = scene();
    clock.jumpWall(2 * DAY + 1);
    const exporter = fileExporter(options);
    await exporter.forceFlush();
    expect(logs.names()).toStrictEqual(['orders.000003.jsonl', 'other.jsonl']);
  });

  it('are deleted together with the current one, when that is too old as well', async () => {
    const { logs, clock, path, options } = scene();
    write(path, NOON + 7 * HOUR);
    const exporter = fileExporter(options);
    await passHours(exporter, clock, 54);
    expect(logs.names()).toStrictEqual(['orders.000003.jsonl', 'orders.jsonl', 'other.jsonl']);
    await passHours(exporter, clock, 2);
    expect(logs.names()).toStrictEqual(['other.jsonl']);
    expect(exporter.stats()).toMatchObject({ rotations: 1, deletedFiles: 4, failures: {} });
    await sendLines(exporter, ['{"n":1}']);
    expect(logs.read('orders.jsonl')).toBe('{"n":1}\n');
  });

  it('are shown to the hook before that', async () => {
    const told: ArchivedFile[] = [];
    const { logs, clock, path, options } = scene({ format: 'json', onArchived: (file) => void told.push(file) });
    write(path, NOON);
    const exporter = fileExporter(options);
    clock.jumpWall(2 * DAY + 1);
    await passHours(exporter, clock, 1);
    await expect.poll(() => logs.names()).toStrictEqual(['orders.000003.jsonl', 'other.jsonl']);
    expect(told.map((file) => [file.path, file.recordCount])).toStrictEqual([[logs.at('orders.000004.jsonl'), 1]]);
  });

  it('are left alone without a limit, and after a shutdown', async () => {
    const { logs, clock, options } = scene();
    const exporter = fileExporter(options);
    const unlimited = fileExporter({ ...options, path: logs.at('other.jsonl'), maxAgeMillis: Infinity });
    await exporter.shutdown();
    await passHours(unlimited, clock, 72);
    expect(clock.pendingTimers).toBe(0);
    expect(logs.names()).toHaveLength(4);
  });
});
