// SPDX-License-Identifier: Apache-2.0
import type { SealedBatch } from './destination.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { countBelow } from './severity-counts.ts';

interface Node<B extends SealedBatch> {
  readonly batch: QueuedBatch<B>;
  previous: Node<B> | undefined;
  next: Node<B> | undefined;
  /** What this batch adds to the queue's counts. */
  records: number;
  low: number;
}

/**
 * Closed batches that wait, in the order of their sequence. A linked list: batches leave it at its head when they are
 * sent and anywhere when the queue overflows, and with tiny batches there may be as many as records.
 */
export class BatchQueue<B extends SealedBatch> {
  readonly #reservedFrom: number;
  readonly #nodes = new Map<QueuedBatch<B>, Node<B>>();
  #head: Node<B> | undefined;
  #tail: Node<B> | undefined;
  /** No batch before it has low records. Undefined: none at all has any. */
  #firstLow: Node<B> | undefined;
  #records = 0;
  #lowRecords = 0;

  /** @param reservedFrom the severity index at which records are severe; those below are low. */
  constructor(reservedFrom: number) {
    this.#reservedFrom = reservedFrom;
  }

  get records(): number {
    return this.#records;
  }

  /** Low records that can be dropped without a severe one. */
  get lowRecords(): number {
    return this.#lowRecords;
  }

  get head(): QueuedBatch<B> | undefined {
    return this.#head?.batch;
  }

  /** The oldest batch of which low records can be dropped. */
  get oldestWithLow(): QueuedBatch<B> | undefined {
    while (this.#firstLow !== undefined && this.#firstLow.low === 0) this.#firstLow = this.#firstLow.next;
    return this.#firstLow?.batch;
  }

  /** Puts a batch in its place; most have the highest sequence. */
  insert(batch: QueuedBatch<B>): void {
    const next =
      this.#tail === undefined || this.#tail.batch.sequence < batch.sequence ? undefined : this.#after(batch);
    const previous = next === undefined ? this.#tail : next.previous;
    const node: Node<B> = { batch, previous, next, records: 0, low: 0 };
    if (previous === undefined) this.#head = node;
    else previous.next = node;
    if (next === undefined) this.#tail = node;
    else next.previous = node;
    this.#nodes.set(batch, node);
    this.#count(node);
    if (node.low === 0) return;
    if (this.#firstLow === undefined || batch.sequence < this.#firstLow.batch.sequence) this.#firstLow = node;
  }

  /** Takes a batch out, wherever it is. */
  remove(batch: QueuedBatch<B>): void {
    const node = this.#nodes.get(batch);
    if (node === undefined) return;
    this.#nodes.delete(batch);
    const { previous, next } = node;
    if (previous === undefined) this.#head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
    if (this.#firstLow === node) this.#firstLow = next;
    this.#records -= node.records;
    this.#lowRecords -= node.low;
  }

  /** To be called when the records of a batch that waits have changed. */
  recount(batch: QueuedBatch<B>): void {
    const node = this.#nodes.get(batch);
    if (node === undefined) return;
    this.#records -= node.records;
    this.#lowRecords -= node.low;
    this.#count(node);
  }

  /** From the head on, because only what was in flight, or near the head, is put in between. */
  #after({ sequence }: QueuedBatch<B>): Node<B> | undefined {
    let node = this.#head;
    while (node !== undefined && node.batch.sequence < sequence) node = node.next;
    return node;
  }

  #count(node: Node<B>): void {
    const { records, severities, isDivisible } = node.batch;
    const low = countBelow(severities, this.#reservedFrom);
    node.records = records;
    node.low = isDivisible || low === records ? low : 0;
    this.#records += node.records;
    this.#lowRecords += node.low;
  }
}
