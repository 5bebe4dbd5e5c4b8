// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';

/**
 * The severity ranges of the logs data model. `unknown` stands for records of a batch of which only a part was lost:
 * which part, only the destination knows.
 */
export type SeverityRange = 'unspecified' | 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'unknown';

/** Records by severity range, indexed by `severityIndex`. Doubles, because totals may pass 2^32. */
export type SeverityCounts = Float64Array;

const RANGES: readonly SeverityRange[] = ['unspecified', 'trace', 'debug', 'info', 'warn', 'error', 'fatal', 'unknown'];

const UNKNOWN_INDEX: number = RANGES.indexOf('unknown');

export function newSeverityCounts(): SeverityCounts {
  return new Float64Array(RANGES.length);
}

/** The index of a record's range: 1–4 trace, 5–8 debug, … 21–24 fatal; anything else is unspecified. Never throws. */
export function severityIndex(record: ReadableLogRecord): number {
  try {
    const severity: number | undefined = record.severityNumber;
    return severity !== undefined && severity > 0 && severity <= 24 ? (severity + 3) >> 2 : 0;
  } catch {
    return 0;
  }
}

/** Counts `count` records of a batch that began with `from`: by range when these are all, otherwise as unknown. */
export function addSeverities(into: SeverityCounts, from: SeverityCounts, count: number): void {
  let total = 0;
  for (const value of from) total += value;
  if (total !== count) {
    addAt(into, UNKNOWN_INDEX, count);
    return;
  }
  for (let index = 0; index < from.length; index += 1) addAt(into, index, from[index] ?? 0);
}

export function addAt(counts: SeverityCounts, index: number, count: number): void {
  counts[index] = (counts[index] ?? 0) + count;
}

export function toSeverityRecord(counts: SeverityCounts): Record<SeverityRange, number> {
  return Object.fromEntries(RANGES.map((range, index) => [range, counts[index] ?? 0])) as Record<SeverityRange, number>;
}
