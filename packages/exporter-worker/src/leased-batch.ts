// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, BatchParts, EncodedBatch, ReadableLogRecord } from '@logferry/core';

/**
 * A batch whose memory goes back to its encoder only when the worker reads it no more, even where the caller releases it
 * before: the worker may be stuck in the middle of a send that the caller has given up.
 */
export class LeasedBatch implements EncodedBatch {
  readonly filterBySeverity?: NonNullable<EncodedBatch['filterBySeverity']>;
  readonly #inner: EncodedBatch;
  #isLeased = false;
  #isReleased = false;

  constructor(inner: EncodedBatch) {
    this.#inner = inner;
    // Absent where the format can't tell.
    if (inner.filterBySeverity !== undefined) {
      this.filterBySeverity = (keep) => {
        const kept = inner.filterBySeverity?.(keep);
        return kept === inner ? this : kept;
      };
    }
  }

  get bytes(): Uint8Array {
    return this.#inner.bytes;
  }

  get recordCount(): number {
    return this.#inner.recordCount;
  }

  /** Of a batch of lines. */
  get lines(): BatchParts['lines'] {
    return linesOf(this.#inner);
  }

  split(): EncodedBatch[] {
    const parts = this.#inner.split();
    return parts.length === 1 && parts[0] === this.#inner ? [this] : parts;
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    if (!this.#isLeased) this.#inner.release();
  }

  /** The worker reads it from now on. */
  lease(): void {
    this.#isLeased = true;
  }

  endLease(): void {
    this.#isLeased = false;
    if (this.#isReleased) this.#inner.release();
  }
}

/** The lines of a batch that has some. */
export function linesOf(batch: EncodedBatch): BatchParts['lines'] {
  return (batch as Partial<BatchParts>).lines;
}

/** An encoder whose batches can be leased. */
export class LeasingEncoder implements BatchEncoder {
  readonly #inner: BatchEncoder;

  constructor(inner: BatchEncoder) {
    this.#inner = inner;
  }

  append(record: ReadableLogRecord): void {
    this.#inner.append(record);
  }

  get recordCount(): number {
    return this.#inner.recordCount;
  }

  get byteLength(): number {
    return this.#inner.byteLength;
  }

  get pending(): Promise<void> | undefined {
    return this.#inner.pending;
  }

  take(): EncodedBatch | undefined {
    const batch = this.#inner.take();
    return batch === undefined ? undefined : new LeasedBatch(batch);
  }
}
