// SPDX-License-Identifier: Apache-2.0
import type { Ledger } from './accounting.ts';
import type { BatchBuilder, Destination, SealedBatch } from './destination.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { exporterError, type Reporter } from './reporter.ts';

/** Makes builders and seals what they hold; what an encoder throws ends here, counted. */
export class BatchSealer<B extends SealedBatch> {
  readonly #destination: Destination<B>;
  readonly #ledger: Ledger;
  readonly #reporter: Reporter;
  // An encoder keeps caches and buffers, so one that waited for a resource is used again.
  #spare: BatchBuilder<B> | undefined;

  constructor(destination: Destination<B>, ledger: Ledger, reporter: Reporter) {
    this.#destination = destination;
    this.#ledger = ledger;
    this.#reporter = reporter;
  }

  /** Undefined when the exporter can't make one. */
  builder(): BatchBuilder<B> | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    if (spare !== undefined) return spare;
    try {
      return this.#destination.createBuilder();
    } catch (error) {
      this.#reporter.errorSoon('create-encoder', () => exporterError("the exporter's createEncoder threw", error));
      return undefined;
    }
  }

  giveBack(builder: BatchBuilder<B>): void {
    this.#spare ??= builder;
  }

  /**
   * Takes the batch out of its builder. False when the builder failed: then the records are dropped and the builder must
   * not be used again. Records that the builder left out are dropped as well.
   */
  seal(entry: QueuedBatch<B>, builder: BatchBuilder<B>): boolean {
    const taken = this.#take(builder);
    const lost = entry.records - Math.min(taken?.records ?? 0, entry.records);
    if (lost > 0) {
      this.#ledger.drop('encode_error', entry, lost);
      entry.records -= lost;
    }
    if (taken === undefined) return false;
    entry.bytes = taken.bytes;
    entry.content = { kind: 'sealed', batch: taken.batch };
    this.#ledger.batches += 1;
    return true;
  }

  #take(builder: BatchBuilder<B>): { batch: B; records: number; bytes: number } | undefined {
    try {
      const batch = builder.take();
      if (batch === undefined) return undefined;
      return { batch, records: batch.recordCount, bytes: this.#destination.byteLength(batch) };
    } catch (error) {
      this.#reporter.errorSoon('seal', () =>
        exporterError("the exporter's encoder threw while it sealed a batch", error),
      );
      return undefined;
    }
  }
}
