// SPDX-License-Identifier: Apache-2.0
import type { BatchBuilder, SealedBatch } from './destination.ts';
import type { ExporterCalls } from './exporter-calls.ts';
import type { SeverityCounts } from './severity-counts.ts';

/**
 * A batch between the moment it is closed and the moment its fate is known.
 *
 * - `open-resource`: closed to new records; its header can't be written before the resource's asynchronous attributes
 *   are known.
 * - `sealed`: ready to be sent.
 */
type BatchContent<B extends SealedBatch> =
  | { readonly kind: 'open-resource'; readonly builder: BatchBuilder<B> }
  | { readonly kind: 'sealed'; readonly batch: B };

export interface QueuedBatch<B extends SealedBatch> {
  /**
   * The order in which batches were closed. A batch keeps it when it is sent again. Where a batch was divided, the last
   * part has its sequence, and those before it lie between it and the batch before.
   */
  readonly sequence: number;
  content: BatchContent<B>;
  records: number;
  bytes: number;
  /** Of its records: they add up to `records`. */
  severities: SeverityCounts;
  /** How often it, or the whole that it is the rest of, was sent. */
  sends: number;
  /** Whether low records can be taken out of it. Known to be false once it was tried in vain. */
  isDivisible: boolean;
  /** How many of its records are notices of drops. */
  readonly notices: number;
  /** Pipelines whose exporters emitted some of its records. */
  readonly causes: ReadonlySet<ExporterCalls> | undefined;
}
