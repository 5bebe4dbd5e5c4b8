// SPDX-License-Identifier: Apache-2.0
import type { Ledger } from './accounting.ts';
import type { BatchQueue } from './batch-queue.ts';
import type { BatchSealer } from './batch-sealer.ts';
import type { Destination, SealedBatch } from './destination.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { addAt, countBelow, countOfAll, newSeverityCounts, severityIndexOf } from './severity-counts.ts';

export interface OverflowDropsParts<B extends SealedBatch> {
  readonly queue: BatchQueue<B>;
  readonly destination: Destination<B>;
  readonly sealer: BatchSealer<B>;
  readonly ledger: Ledger;
  readonly reservedFrom: number;
  /** Told of a batch whose bytes have changed. */
  readonly resized: (byBytes: number) => void;
  /** Lets a batch go that is booked and in the queue no more. */
  readonly finish: (entry: QueuedBatch<B>) => void;
  readonly release: (batch: B) => void;
}

/** Makes room in a full queue. What is in flight is never touched, and the order of what remains stays. */
export class OverflowDrops<B extends SealedBatch> {
  readonly #parts: OverflowDropsParts<B>;

  constructor(parts: OverflowDropsParts<B>) {
    this.#parts = parts;
  }

  /** Drops the oldest batch that waits. */
  dropOldest(): void {
    const { head } = this.#parts.queue;
    if (head !== undefined) this.#dropWhole(head);
  }

  /**
   * Drops the low records of the oldest batch that has any and waits. Afterwards that batch counts none, whatever became of it,
   * so that repeating it comes to an end.
   */
  dropLow(): void {
    const { queue, sealer } = this.#parts;
    const entry = queue.oldestWithLow;
    if (entry === undefined) return;
    if (countBelow(entry.severities, this.#parts.reservedFrom) === entry.records) {
      this.#dropWhole(entry);
    } else if (entry.content.kind === 'sealed') {
      this.#dropLowOf(entry, entry.content.batch);
    } else {
      // Sealed without the attributes that its resource still lacks: that is less than the loss of the severe records.
      const { builder } = entry.content;
      const bytesBefore = entry.bytes;
      queue.remove(entry);
      const sealed = sealer.seal(entry, builder);
      this.#parts.resized(sealed.reduce((sum, { bytes }) => sum + bytes, 0) - bytesBefore);
      if (sealed.length > 0) sealer.giveBack(builder);
      for (const part of sealed) queue.insert(part);
    }
  }

  #dropWhole(entry: QueuedBatch<B>): void {
    const { queue, ledger, finish } = this.#parts;
    queue.remove(entry);
    ledger.drop('displaced', entry, entry.records);
    finish(entry);
  }

  #dropLowOf(entry: QueuedBatch<B>, batch: B): void {
    const { queue, destination, ledger, reservedFrom, resized, release } = this.#parts;
    const kept = newSeverityCounts();
    const dropped = newSeverityCounts();
    const filtered = destination.filterBySeverity(batch, (severityNumber) => {
      const index = severityIndexOf(severityNumber);
      const isSevere = index >= reservedFrom;
      addAt(isSevere ? kept : dropped, index, 1);
      return isSevere;
    });
    const rest = filtered?.kept;
    if (rest === undefined || rest === batch || rest.recordCount !== countOfAll(kept)) {
      entry.isDivisible = false;
      queue.recount(entry);
      return;
    }
    ledger.drop(
      'displaced',
      { severities: dropped, sends: entry.sends, notices: entry.notices },
      entry.records - rest.recordCount,
    );
    const bytes = destination.byteLength(rest);
    resized(bytes - entry.bytes);
    entry.bytes = bytes;
    entry.records = rest.recordCount;
    entry.severities = kept;
    entry.content = { kind: 'sealed', batch: rest };
    queue.recount(entry);
    release(batch);
  }
}
