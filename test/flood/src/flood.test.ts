// SPDX-License-Identifier: Apache-2.0
/**
 * A million records in one tick while the receiver answers nothing, with all options at their defaults: 131,072 records
 * or 64 MiB, a tenth of it for warnings and above.
 */
import type { BatchingProcessorStats } from '@logferry/processor-batch';
import { beforeAll, describe, expect, it } from 'vitest';

import { DEBUG, ERROR, type FloodReport, RECORDS } from './flood-messages.ts';
import { type Flood, runFlood } from './flood.ts';

const MAX_QUEUE_SIZE = 131_072;
const MAX_QUEUE_BYTES = 64 * 1024 * 1024;
/** Of any severity. */
const OPEN_SIZE = 117_965;
const ALLOWANCE_BYTES = 64_000_000;

/** All of `Logger.emit`: some 3 µs are usual, of which the SDK takes 2. */
const MAX_EMIT_MICROS = 10;

/** Generous for a loaded machine. */
const TIMEOUT_MILLIS = 120_000;

const PADDING = { none: 0, large: 2000 };

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function expectBalance(stats: BatchingProcessorStats): void {
  const dropped = sum(stats.dropped);
  expect(stats.emitted).toBe(RECORDS);
  expect(stats.emitted).toBe(stats.accepted + stats.refused);
  expect(stats.accepted).toBe(stats.delivered + stats.queued + dropped - stats.refused);
  expect(sum(stats.droppedBySeverity)).toBe(dropped);
}

const indexes = (step: number, count: number): number[] => Array.from({ length: count }, (_, index) => index * step);

function print(name: string, { report }: Flood): void {
  const { emitCpuMicros, emitWallMicros, liveBytes, residentBytes, stats } = report;
  const mb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  console.log(
    `${name}: emit ${emitCpuMicros.toFixed(2)} µs of CPU, ${emitWallMicros.toFixed(2)} µs of time; ` +
      `${stats.queued} records of ${mb(stats.queuedBytes)} queued take ${mb(liveBytes)}; resident set + ${mb(residentBytes)}`,
  );
}

let sdkAlone: FloodReport;

beforeAll(async () => {
  const flood = await runFlood({ exporter: 'none', errorEvery: 100, padding: PADDING.none });
  print('the SDK alone', flood);
  sdkAlone = flood.report;
}, TIMEOUT_MILLIS);

describe.each([
  { name: 'our exporter', exporter: 'logferry', errorEvery: 100, padding: PADDING.none },
  { name: 'our exporter, many errors', exporter: 'logferry', errorEvery: 10, padding: PADDING.none },
  { name: 'our exporter, more errors than it can hold', exporter: 'logferry', errorEvery: 5, padding: PADDING.none },
  { name: 'our exporter, large records', exporter: 'logferry', errorEvery: 50, padding: PADDING.large },
  { name: 'the official exporter', exporter: 'official', errorEvery: 12, padding: PADDING.none },
] as const)('a flood: $name', ({ name, exporter, errorEvery, padding }) => {
  let flood: Flood;
  const errors = Math.ceil(RECORDS / errorEvery);

  beforeAll(async () => {
    flood = await runFlood({ exporter, errorEvery, padding });
    print(name, flood);
  }, TIMEOUT_MILLIS);

  it('stays under the bound of the queue plus 64 MB', () => {
    const { liveBytes, residentBytes, stats } = flood.report;
    expect(stats.queuedBytes).toBeLessThan(MAX_QUEUE_BYTES + 4096);
    expect(liveBytes).toBeLessThan(MAX_QUEUE_BYTES + ALLOWANCE_BYTES);
    // Objects are garbage of which V8 decides when to collect it; bytes are not.
    if (exporter === 'official') return;
    expect(residentBytes - sdkAlone.residentBytes).toBeLessThan(MAX_QUEUE_BYTES + ALLOWANCE_BYTES);
  });

  it('takes less than 10 µs a record on average', () => {
    expect(flood.report.emitCpuMicros).toBeLessThan(MAX_EMIT_MICROS);
  });

  it('loses no error while there is room for it, and delivers what it kept, once', () => {
    const { stats } = flood.end;
    const kept = Math.min(errors, MAX_QUEUE_SIZE);
    if (padding === PADDING.none) {
      expect(flood.received.get(ERROR)?.toSorted((a, b) => a - b)).toEqual(indexes(errorEvery, kept));
      expect(stats.droppedBySeverity.error).toBe(errors - kept);
    } else {
      // The bytes decide: of that size fewer than all errors fit, and what fits are errors alone.
      expect(flood.received.get(ERROR)?.length).toBe(errors - stats.droppedBySeverity.error);
    }
    const debugs = flood.received.get(DEBUG) ?? [];
    expect(debugs.length + (flood.received.get(ERROR)?.length ?? 0)).toBe(stats.delivered);
    expect(new Set(debugs).size).toBe(debugs.length);
    if (stats.dropped.displaced > 0 || padding !== PADDING.none) return;
    const first = indexes(1, OPEN_SIZE).filter((index) => index % errorEvery !== 0);
    expect(debugs.toSorted((a, b) => a - b)).toEqual(first);
  });

  it('counts exactly', () => {
    expectBalance(flood.report.stats);
    expectBalance(flood.end.stats);
    expect(flood.report.stats.delivered).toBe(0);
    expect(flood.end.stats).toMatchObject({ delivered: flood.report.stats.queued, queued: 0, queuedBytes: 0 });
    const { dropped } = flood.end.stats;
    expect(dropped.queue_full + dropped.displaced).toBe(sum(dropped));
  });
});
