// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch, EncodingLogRecordExporter, SendOutcome } from '@logferry/core';

import type { Destination, DestinationOutcome, FilteredBatch } from './destination.ts';
import type { ExporterCalls } from './exporter-calls.ts';

/** An exporter that takes bytes. */
export class EncodingDestination implements Destination<EncodedBatch> {
  readonly cancellable = true;
  readonly maxConcurrentSends: number;
  readonly canSendSync: boolean;
  readonly #exporter: EncodingLogRecordExporter;
  readonly #calls: ExporterCalls;

  constructor(exporter: EncodingLogRecordExporter, calls: ExporterCalls) {
    this.#exporter = exporter;
    this.#calls = calls;
    const { maxConcurrentSends } = exporter;
    this.maxConcurrentSends = maxConcurrentSends >= 1 ? Math.floor(maxConcurrentSends) : 1;
    this.canSendSync = typeof exporter.sendSync === 'function';
  }

  createBuilder(): BatchEncoder {
    return this.#exporter.createEncoder();
  }

  byteLength(batch: EncodedBatch): number {
    return batch.bytes.byteLength;
  }

  split(batch: EncodedBatch): readonly EncodedBatch[] {
    try {
      const parts = batch.split();
      let records = 0;
      for (const part of parts) {
        // Both are read again later.
        void part.bytes.byteLength;
        if (!(part.recordCount >= 1)) return [batch];
        records += part.recordCount;
      }
      return records === batch.recordCount ? parts : [batch];
    } catch {
      return [batch];
    }
  }

  filterBySeverity(
    batch: EncodedBatch,
    keep: (severityNumber: number) => boolean,
  ): FilteredBatch<EncodedBatch> | undefined {
    if (typeof batch.filterBySeverity !== 'function') return undefined;
    try {
      const kept = batch.filterBySeverity(keep);
      // Both are read again later.
      void [kept?.recordCount, kept?.bytes.byteLength];
      return { kept };
    } catch {
      return undefined;
    }
  }

  async send(
    batch: EncodedBatch,
    signal: AbortSignal,
    causes: ReadonlySet<ExporterCalls> | undefined,
  ): Promise<DestinationOutcome<EncodedBatch>> {
    try {
      return readOutcome(await this.#calls.run(async () => await this.#exporter.send(batch, signal), causes));
    } catch (error) {
      // Many clients reject with an AbortError; the batch is as good as before.
      if (signal.aborted) return { kind: 'retryable', reason: 'the send was cancelled' };
      return threw(error);
    }
  }

  sendSync(batches: readonly EncodedBatch[], timeoutMillis: number): readonly DestinationOutcome<EncodedBatch>[] {
    if (!this.canSendSync) return [];
    let outcomes: readonly SendOutcome[] | undefined;
    try {
      outcomes = this.#calls.run(() => this.#exporter.sendSync?.(batches, timeoutMillis));
    } catch (error) {
      return batches.map(() => threw(error));
    }
    return batches.map((_, index) => {
      try {
        return readOutcome(outcomes?.[index]);
      } catch (error) {
        return threw(error);
      }
    });
  }
}

function threw(error: unknown): DestinationOutcome<EncodedBatch> {
  return { kind: 'failed', reason: 'the exporter threw', error };
}

/** A copy of what the exporter answered: whatever throws when it is read throws here. */
function readOutcome(outcome: SendOutcome | undefined): DestinationOutcome<EncodedBatch> {
  switch (outcome?.kind) {
    case 'delivered':
    case 'failed':
      return { ...outcome };
    case 'retryable': {
      const copy = { ...outcome };
      const { remaining } = copy;
      if (remaining === undefined) return copy;
      // Both are read again later.
      void [remaining.recordCount, remaining.bytes.byteLength];
      return copy;
    }
    default:
      return { kind: 'failed', reason: 'the exporter gave no outcome' };
  }
}
