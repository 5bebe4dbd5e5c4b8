// SPDX-License-Identifier: Apache-2.0
import type { AnonymizingStats } from '@logferry/processor-anonymize';
import type { BatchingProcessorStats } from '@logferry/processor-batch';
import type { DestinationStats } from '@logferry/processor-fanout';

/** A moment of a pipeline. Counts are records since its start, also across reloads, unless they say otherwise. */
export interface LogPipelineStats {
  readonly destinations: Readonly<Record<string, LogDestinationStats>>;
  /** Records that `loggers` left out. What is not emitted because `enabled` said no never comes here. */
  readonly filteredByLogger: number;
  /** Of the redaction for all destinations, since the last reload; absent where there is none. */
  readonly redaction?: AnonymizingStats;
  /** Queues of destinations that a reload took away. */
  readonly removedQueues?: BatchingProcessorStats;
  readonly reloads: { readonly succeeded: number; readonly failed: number };
}

/** A moment of one destination. */
export interface LogDestinationStats {
  /** What became of the records at its filters. */
  readonly filters: DestinationStats;
  /** The sum over the queues that it has had; absent for a destination with a processor of the application. */
  readonly queue?: BatchingProcessorStats;
  /** Since the destination was built last. */
  readonly redaction?: AnonymizingStats;
  /** What its exporter, or its processor, says of itself, where it has `stats()`; since it was built last. */
  readonly end?: unknown;
}

/** The sum of two objects of counts of the same form. */
export function addCounts<T extends object>(a: T, b: T): T {
  const sum = Object.entries(a).map(([name, value]: [string, unknown]) => {
    const other = (b as Readonly<Record<string, unknown>>)[name];
    if (typeof value === 'number') return [name, value + (other as number)];
    return [name, addCounts(value as object, other as object)];
  });
  return Object.fromEntries(sum) as T;
}
