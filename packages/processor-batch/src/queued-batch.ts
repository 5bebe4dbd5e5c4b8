// SPDX-License-Identifier: Apache-2.0
import type { BatchBuilder, SealedBatch } from './destination.ts';
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
  /** The order in which batches were closed. A batch keeps it when it is sent again. */
  readonly sequence: number;
  content: BatchContent<B>;
  records: number;
  bytes: number;
  /** Of all the records that it began with. */
  readonly severities: SeverityCounts;
  /** How often it, or the whole that it is the rest of, was sent. */
  sends: number;
}

/** Closed batches in the order of their sequence. */
export class BatchQueue<B extends SealedBatch> {
  // A queue of 64 MiB holds about 64 batches, so shifting an array is cheap.
  readonly #batches: QueuedBatch<B>[] = [];

  get head(): QueuedBatch<B> | undefined {
    return this.#batches[0];
  }

  /** Adds a batch with the highest sequence. */
  push(batch: QueuedBatch<B>): void {
    this.#batches.push(batch);
  }

  shift(): QueuedBatch<B> | undefined {
    return this.#batches.shift();
  }

  /** Returns a batch to its place: before all that were closed after it. */
  putBack(batch: QueuedBatch<B>): void {
    const index = this.#batches.findIndex((other) => other.sequence > batch.sequence);
    this.#batches.splice(index === -1 ? this.#batches.length : index, 0, batch);
  }
}
