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

/** Counts of records whose severities can't be told. */
export function unknownSeverities(count: number): SeverityCounts {
  const counts = newSeverityCounts();
  counts[UNKNOWN_INDEX] = count;
  return counts;
}

export function indexOfRange(range: SeverityRange): number {
  return RANGES.indexOf(range);
}

/** The index of a record's range. Never throws. */
export function severityIndex(record: ReadableLogRecord): number {
  try {
    return severityIndexOf(record.severityNumber);
  } catch {
    return 0;
  }
}

/** The index of a number's range: 1–4 trace, 5–8 debug, … 21–24 fatal; anything else is unspecified. */
export function severityIndexOf(severity: number | undefined): number {
  // Only whole numbers are encoded, and a text would be compared and added as one.
  return Number.isInteger(severity) && severity! > 0 && severity! <= 24 ? (severity! + 3) >> 2 : 0;
}

/**
 * Counts `count` records out of `from`: by range when these are all, or when all of `from` are in one range; otherwise
 * as unknown.
 */
export function addSeverities(into: SeverityCounts, from: SeverityCounts, count: number): void {
  const range = from.findIndex((value) => value > 0);
  const total = countOfAll(from);
  if (total === count) {
    for (let index = 0; index < from.length; index += 1) addAt(into, index, from[index] ?? 0);
  } else {
    addAt(into, total > 0 && from[range] === total ? range : UNKNOWN_INDEX, count);
  }
}

export function addAt(counts: SeverityCounts, index: number, count: number): void {
  counts[index] = (counts[index] ?? 0) + count;
}

/** What is in `counts` and not in `part`; undefined where `part` is no part of it. */
export function withoutSeverities(counts: SeverityCounts, part: SeverityCounts): SeverityCounts | undefined {
  const rest = counts.map((value, index) => value - (part[index] ?? 0));
  return rest.every((value) => value >= 0) ? rest : undefined;
}

export function countOfAll(counts: SeverityCounts): number {
  return countBelow(counts, counts.length);
}

/** Records of the ranges before an index. */
export function countBelow(counts: SeverityCounts, end: number): number {
  let total = 0;
  for (let index = 0; index < end; index += 1) total += counts[index] ?? 0;
  return total;
}

export function toSeverityRecord(counts: SeverityCounts): Record<SeverityRange, number> {
  return Object.fromEntries(RANGES.map((range, index) => [range, counts[index] ?? 0])) as Record<SeverityRange, number>;
}
