// SPDX-License-Identifier: Apache-2.0
import type { DeliveredOutcome, FailedOutcome, ReadableLogRecord, RetryableOutcome } from '@logferry/core';

import type { ExporterCalls } from './exporter-calls.ts';

/** A batch as the pipeline sees it: bytes, or snapshots of records. */
export interface SealedBatch {
  readonly recordCount: number;
  release(): void;
}

/** Where records become a batch; `BatchEncoder` of core is one. */
export interface BatchBuilder<B> {
  append(record: ReadableLogRecord): void;
  readonly recordCount: number;
  readonly byteLength: number;
  readonly pending: Promise<void> | undefined;
  take(): B | undefined;
}

/** What became of a batch; `error` is what an exporter threw. */
export type DestinationOutcome<B> =
  | DeliveredOutcome
  | (Omit<RetryableOutcome, 'remaining'> & { readonly remaining?: B })
  | (FailedOutcome & { readonly error?: unknown });

/** What is left of a batch: undefined is nothing; the batch itself where all was wanted; otherwise with its own memory. */
export interface FilteredBatch<B> {
  readonly kept: B | undefined;
}

/**
 * Where batches go: the one thing that differs between an exporter that takes bytes, one that takes records, and a worker
 * thread. Nothing here throws or rejects, apart from `createBuilder` and the members of a builder.
 */
export interface Destination<B extends SealedBatch> {
  readonly maxConcurrentSends: number;
  /**
   * Whether an aborted send ends soon and tells what became of the batch. Otherwise it goes on, and whether the batch
   * arrived may never be known.
   */
  readonly cancellable: boolean;
  createBuilder(): BatchBuilder<B>;
  byteLength(batch: B): number;
  /** Smaller batches with the same records in the same order, which own their memory; or the batch itself, alone. */
  split(batch: B): readonly B[];
  /** The records whose severity number is wanted. Undefined: the batch can't tell. */
  filterBySeverity(batch: B, keep: (severityNumber: number) => boolean): FilteredBatch<B> | undefined;
  /** @param causes see `ExporterCalls.run`. */
  send(batch: B, signal: AbortSignal, causes: ReadonlySet<ExporterCalls> | undefined): Promise<DestinationOutcome<B>>;
  /** Whether `sendSync` may deliver anything. */
  readonly canSendSync: boolean;
  /**
   * Delivers while no event loop turns, within `timeoutMillis`. It gives the outcomes of the first batches; the others were
   * not handed to the exporter. First come batches whose `send` is in flight. Called again only with new batches.
   */
  sendSync(batches: readonly B[], timeoutMillis: number): readonly DestinationOutcome<B>[];
}
