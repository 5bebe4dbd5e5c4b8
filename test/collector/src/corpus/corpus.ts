// SPDX-License-Identifier: Apache-2.0
import type { SpanContext } from '@opentelemetry/api';
import type { EmittedRecord, PipelineOptions, ScopeOfRecord } from '../sdk-line.ts';

/** One record of the corpus. Its observed time tells it apart from all others. */
export interface CorpusEntry {
  readonly name: string;
  readonly scope: ScopeOfRecord;
  readonly record: EmittedRecord & { readonly observedTimestamp: [number, number] };
  readonly span?: SpanContext;
}

/** Entries that share a resource and limits, and so one `LoggerProvider`. */
export interface CorpusPipeline {
  readonly name: string;
  /** Called once for every provider, because attributes may be promises. */
  readonly resource: () => PipelineOptions['resource'];
  readonly limits?: PipelineOptions['limits'];
  readonly entries: readonly CorpusEntry[];
}

/** An observed time for every index, different for each and with all nine digits of the nanoseconds in use. */
export function observedTimeOf(index: number): [number, number] {
  return [1_795_000_000 + index * 7919, (index * 123_456_789 + 987_654_321) % 1_000_000_000];
}

/** The time as OTLP JSON has it. */
export function nanosOf([seconds, nanos]: readonly [number, number]): string {
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(nanos));
}
