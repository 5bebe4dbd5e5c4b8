// SPDX-License-Identifier: Apache-2.0
import type { Ledger } from './accounting.ts';
import type { BatchBuilder, Destination, SealedBatch } from './destination.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { exporterError, type Reporter } from './reporter.ts';
import { severitiesIn } from './severities-in-batch.ts';

export interface BatchSealerParts<B extends SealedBatch> {
  readonly destination: Destination<B>;
  readonly ledger: Ledger;
  readonly reporter: Reporter;
  readonly maxBatchBytes: number;
}

/** A batch this many times as large as its limit holds a huge record, which is to travel alone. */
const HUGE_FACTOR = 2;

/** Makes builders and seals what they hold; what an encoder throws ends here, counted. */
export class BatchSealer<B extends SealedBatch> {
  readonly #parts: BatchSealerParts<B>;
  // An encoder keeps caches and buffers, so one that waited for a resource is used again.
  #spare: BatchBuilder<B> | undefined;
  #isSealing = false;

  constructor(parts: BatchSealerParts<B>) {
    this.#parts = parts;
  }

  /** Whether an encoder seals right now: it may read a getter that logs, and half-sealed batches must not change. */
  get isSealing(): boolean {
    return this.#isSealing;
  }

  /** Undefined when the exporter can't make one. */
  builder(): BatchBuilder<B> | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) return spare;
    try {
      return this.#parts.destination.createBuilder();
    } catch (error) {
      this.#parts.reporter.errorSoon('create-encoder', () =>
        exporterError("the exporter's createEncoder threw", error),
      );
      return undefined;
    }
  }

  giveBack(builder: BatchBuilder<B>): void {
    this.#spare ??= builder;
  }

  /**
   * Takes the batch out of its builder. None when the builder failed: then the records are dropped and the builder must
   * not be used again. Records that the builder left out are dropped as well. Several where a huge record would have cost
   * the others their delivery, had the destination refused it with all of its batch.
   */
  seal(entry: QueuedBatch<B>, builder: BatchBuilder<B>): readonly QueuedBatch<B>[] {
    this.#isSealing = true;
    try {
      return this.#seal(entry, builder);
    } finally {
      this.#isSealing = false;
    }
  }

  #seal(entry: QueuedBatch<B>, builder: BatchBuilder<B>): readonly QueuedBatch<B>[] {
    const { ledger, destination } = this.#parts;
    const taken = this.#take(builder);
    const lost = entry.records - Math.min(taken?.records ?? 0, entry.records);
    if (lost > 0) ledger.drop('encode_error', entry, lost);
    if (taken === undefined) return [];
    if (lost > 0) {
      entry.records -= lost;
      entry.severities = severitiesIn(destination, taken.batch, entry.records);
    }
    entry.bytes = taken.bytes;
    entry.content = { kind: 'sealed', batch: taken.batch };
    const sealed = taken.records === entry.records ? this.#divide(entry, taken.batch) : [entry];
    ledger.batches += sealed.length;
    return sealed;
  }

  #take(builder: BatchBuilder<B>): { batch: B; records: number; bytes: number } | undefined {
    const { destination, reporter } = this.#parts;
    try {
      const batch = builder.take();
      if (batch === undefined) return undefined;
      return { batch, records: batch.recordCount, bytes: destination.byteLength(batch) };
    } catch (error) {
      reporter.errorSoon('seal', () => exporterError("the exporter's encoder threw while it sealed a batch", error));
      return undefined;
    }
  }

  #divide(entry: QueuedBatch<B>, batch: B): readonly QueuedBatch<B>[] {
    const { destination } = this.#parts;
    const batches = this.#split(batch);
    if (batches.length === 1) return [entry];
    return batches.map((part, index) => ({
      ...entry,
      sequence: entry.sequence - (batches.length - 1 - index) / batches.length,
      content: { kind: 'sealed', batch: part },
      records: part.recordCount,
      bytes: destination.byteLength(part),
      severities: severitiesIn(destination, part, part.recordCount),
    }));
  }

  /** Halves a batch, and what comes of it, until only single records are too large. */
  #split(batch: B): readonly B[] {
    const { destination, maxBatchBytes, reporter } = this.#parts;
    if (destination.byteLength(batch) <= HUGE_FACTOR * maxBatchBytes || batch.recordCount === 1) return [batch];
    const halves = destination.split(batch);
    if (halves.length === 1) return [batch];
    releaseBatch(batch, reporter);
    return halves.flatMap((half) => this.#split(half));
  }
}

/** Gives a batch's memory back, which nobody reads any more. */
export function releaseBatch(batch: SealedBatch, reporter: Reporter): void {
  try {
    batch.release();
  } catch (error) {
    reporter.errorSoon('release', () => exporterError("a batch's release threw", error));
  }
}
