// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch, EncodingLogRecordExporter, SendOutcome } from '@logferry/core';

import type { Destination, DestinationOutcome } from './destination.ts';
import type { ExporterCalls } from './exporter-calls.ts';

/** An exporter that takes bytes. */
export class EncodingDestination implements Destination<EncodedBatch> {
  readonly cancellable = true;
  readonly maxConcurrentSends: number;
  readonly #exporter: EncodingLogRecordExporter;
  readonly #calls: ExporterCalls;

  constructor(exporter: EncodingLogRecordExporter, calls: ExporterCalls) {
    this.#exporter = exporter;
    this.#calls = calls;
    const { maxConcurrentSends } = exporter;
    this.maxConcurrentSends = maxConcurrentSends >= 1 ? Math.floor(maxConcurrentSends) : 1;
  }

  createBuilder(): BatchEncoder {
    return this.#exporter.createEncoder();
  }

  byteLength(batch: EncodedBatch): number {
    return batch.bytes.byteLength;
  }

  async send(batch: EncodedBatch, signal: AbortSignal): Promise<DestinationOutcome<EncodedBatch>> {
    try {
      const outcome = await this.#calls.run(() => this.#exporter.send(batch, signal));
      return isOutcome(outcome) ? outcome : { kind: 'failed', reason: 'the exporter gave no outcome' };
    } catch (error) {
      // Many clients reject with an AbortError; the batch is as good as before.
      if (signal.aborted) return { kind: 'retryable', reason: 'the send was cancelled' };
      return { kind: 'failed', reason: 'the exporter threw', error };
    }
  }
}

function isOutcome(outcome: SendOutcome | undefined): outcome is SendOutcome {
  return outcome?.kind === 'delivered' || outcome?.kind === 'retryable' || outcome?.kind === 'failed';
}
