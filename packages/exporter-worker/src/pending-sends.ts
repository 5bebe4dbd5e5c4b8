// SPDX-License-Identifier: Apache-2.0
import type { BatchParts, EncodedBatch, SendOutcome } from '@logferry/core';

import { LeasedBatch, linesOf } from './leased-batch.ts';

/** A batch that was handed over and whose memory is not free. */
export interface PendingSend {
  readonly id: number;
  readonly batch: EncodedBatch;
  /** In shared memory. */
  readonly parts: BatchParts;
  /** Told the outcome, once. Undefined: the caller has given the send up, and the worker still has it. */
  settle: ((outcome: SendOutcome) => void) | undefined;
  /** Whether the caller keeps the batch and sends it again after a `retryable`. */
  isKept: boolean;
  /** Set while the worker is told to abort it. */
  abort: { cancel(): void } | undefined;
  /** Its caller gave it up and came again: that the worker could not send it is the answer to the earlier send. */
  answersEarlierSend: boolean;
}

/**
 * The batches on their way through the worker.
 *
 * Invariants:
 * - A batch is here once at most, waiting or posted.
 * - Posted ones are posted in order; the worker starts them in that order. After its end they go back before all that
 *   wait, so that order is kept.
 * - Shared memory is given back only when the worker has answered or is gone.
 */
export class PendingSends {
  readonly #maxBytes: number;
  readonly #maxConcurrentSends: number;
  readonly #maxCrashes: number;
  /** By id, in the order of posting. */
  readonly #posted = new Map<number, PendingSend>();
  #waiting: PendingSend[] = [];
  readonly #byBatch = new Map<EncodedBatch, PendingSend>();
  /** How often the worker died while it was sending a batch. */
  readonly #crashes = new WeakMap<EncodedBatch, number>();
  #suspects = 0;
  #nextId = 1;
  #bytes = 0;
  #copied = 0;

  constructor(limits: { readonly maxBytes: number; readonly maxConcurrentSends: number; readonly maxCrashes: number }) {
    this.#maxBytes = limits.maxBytes;
    this.#maxConcurrentSends = limits.maxConcurrentSends;
    this.#maxCrashes = limits.maxCrashes;
  }

  get postedCount(): number {
    return this.#posted.size;
  }

  get waitingCount(): number {
    return this.#waiting.length;
  }

  get isEmpty(): boolean {
    return this.#byBatch.size === 0;
  }

  /** Bytes of all batches here. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Batches that had to be copied into shared memory, because they came from another encoder. */
  get copiedCount(): number {
    return this.#copied;
  }

  find(batch: EncodedBatch): PendingSend | undefined {
    return this.#byBatch.get(batch);
  }

  posted(id: number): PendingSend | undefined {
    return this.#posted.get(id);
  }

  isPosted(send: PendingSend): boolean {
    return this.#posted.has(send.id);
  }

  /** Puts a batch behind all others. Undefined when it would go beyond the bound; one batch is always taken. */
  add(batch: EncodedBatch): PendingSend | undefined {
    const size = batch.bytes.byteLength;
    if (this.#byBatch.size > 0 && this.#bytes + size > this.#maxBytes) return undefined;
    const parts = { bytes: this.#sharedBytes(batch), recordCount: batch.recordCount, lines: linesOf(batch) };
    const send: PendingSend = {
      id: this.#nextId,
      batch,
      parts,
      settle: undefined,
      isKept: true,
      abort: undefined,
      answersEarlierSend: false,
    };
    this.#nextId += 1;
    this.#bytes += size;
    this.#byBatch.set(batch, send);
    this.#waiting.push(send);
    if (this.#crashesOf(batch) > 0) this.#suspects += 1;
    return send;
  }

  /**
   * The next batch for the worker: beside those that it sends one is posted, so that it never waits for this thread.
   * A batch during whose send the worker died goes alone, so that no other one is blamed for it.
   */
  takeForPosting(): PendingSend | undefined {
    const limit = this.#suspects > 0 ? 1 : this.#maxConcurrentSends + 1;
    if (this.#posted.size >= limit) return undefined;
    const send = this.#waiting.shift();
    if (send !== undefined) this.#posted.set(send.id, send);
    return send;
  }

  /** All that wait, for a worker that is about to shut down. */
  takeAllForPosting(): PendingSend[] {
    const sends = this.#waiting;
    this.#waiting = [];
    for (const send of sends) this.#posted.set(send.id, send);
    return sends;
  }

  /** Puts a posted one back before all that wait. */
  putBack(send: PendingSend): void {
    this.#posted.delete(send.id);
    this.#waiting.unshift(send);
  }

  /** Forgets a batch and frees its memory. */
  remove(send: PendingSend): void {
    if (!this.#posted.delete(send.id)) this.#waiting = this.#waiting.filter((other) => other !== send);
    this.#byBatch.delete(send.batch);
    this.#bytes -= send.parts.bytes.byteLength;
    if (this.#crashesOf(send.batch) > 0) this.#suspects -= 1;
    if (send.batch instanceof LeasedBatch) send.batch.endLease();
  }

  /** Everything here, in order. */
  all(): PendingSend[] {
    return [...this.#posted.values(), ...this.#waiting];
  }

  /** What the worker had waits again, in order. Returns those that it had begun; the others had to wait there. */
  recall(): PendingSend[] {
    const posted = [...this.#posted.values()];
    this.#posted.clear();
    this.#waiting.unshift(...posted);
    return posted.slice(0, this.#maxConcurrentSends);
  }

  /** Notes batches during whose send the worker died. Returns those that it died of too often. */
  blame(sends: readonly PendingSend[]): PendingSend[] {
    for (const { batch } of sends) {
      const crashes = this.#crashesOf(batch);
      this.#crashes.set(batch, crashes + 1);
      if (crashes === 0) this.#suspects += 1;
    }
    return sends.filter(({ batch }) => this.#crashesOf(batch) >= this.#maxCrashes);
  }

  #crashesOf(batch: EncodedBatch): number {
    return this.#crashes.get(batch) ?? 0;
  }

  #sharedBytes(batch: EncodedBatch): Uint8Array {
    const { bytes } = batch;
    // The memory of a batch that can't be leased may be reused while a worker that is stuck still reads it.
    if (batch instanceof LeasedBatch && bytes.buffer instanceof SharedArrayBuffer) {
      batch.lease();
      return bytes;
    }
    this.#copied += 1;
    const copy = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
    copy.set(bytes);
    return copy;
  }
}
