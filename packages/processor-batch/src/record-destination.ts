// SPDX-License-Identifier: Apache-2.0
import type { ExportResult, LogRecordExporter } from '@logferry/core';

import type { BatchBuilder, Destination, DestinationOutcome, FilteredBatch } from './destination.ts';
import type { ExporterCalls } from './exporter-calls.ts';
import { filterRecordBatch, type RecordBatch, RecordBatchBuilder, splitRecordBatch } from './record-batch.ts';

/**
 * An exporter that takes records, such as the SDK's own: one export at a time, because the specification forbids to call
 * `export` again before the last call has ended. It can't be cancelled.
 */
export class RecordDestination implements Destination<RecordBatch> {
  readonly cancellable = false;
  readonly maxConcurrentSends = 1;
  /** Nobody can tell before. */
  readonly canSendSync = true;
  readonly #exporter: LogRecordExporter;
  readonly #calls: ExporterCalls;
  #running = 0;

  constructor(exporter: LogRecordExporter, calls: ExporterCalls) {
    this.#exporter = exporter;
    this.#calls = calls;
  }

  createBuilder(): BatchBuilder<RecordBatch> {
    return new RecordBatchBuilder();
  }

  byteLength(batch: RecordBatch): number {
    return batch.byteLength;
  }

  split(batch: RecordBatch): readonly RecordBatch[] {
    return splitRecordBatch(batch);
  }

  filterBySeverity(batch: RecordBatch, keep: (severityNumber: number) => boolean): FilteredBatch<RecordBatch> {
    return { kept: filterRecordBatch(batch, keep) };
  }

  send(
    batch: RecordBatch,
    _signal: AbortSignal,
    causes: ReadonlySet<ExporterCalls> | undefined,
  ): Promise<DestinationOutcome<RecordBatch>> {
    this.#running += 1;
    return this.#calls
      .run(() => this.#export(batch), causes)
      .finally(() => {
        this.#running -= 1;
      });
  }

  #export(batch: RecordBatch): Promise<DestinationOutcome<RecordBatch>> {
    return new Promise((resolve) => {
      const fail = (error: unknown): void => resolve({ kind: 'failed', reason: 'the exporter threw', error });
      try {
        // A promise settles once: a second callback, or a throw after the callback, changes nothing.
        const returned: unknown = this.#exporter.export(batch.records, (result) => resolve(toOutcome(result)));
        // An exporter whose export is an async function rejects instead of throwing.
        if (returned instanceof Promise) returned.catch(fail);
      } catch (error) {
        fail(error);
      }
    });
  }

  /** Some exporters answer before `export` returns, the SDK's own for the console among them. Others only begin. */
  sendSync(batches: readonly RecordBatch[]): readonly DestinationOutcome<RecordBatch>[] {
    const outcomes: DestinationOutcome<RecordBatch>[] = [];
    if (this.#running > 0) return outcomes;
    for (const { records } of batches) {
      let outcome: DestinationOutcome<RecordBatch> = {
        kind: 'retryable',
        reason: 'the exporter did not answer at once',
      };
      const answer = (given: DestinationOutcome<RecordBatch>): void => {
        if (outcome.kind === 'retryable') outcome = given;
      };
      try {
        this.#calls.run(() => this.#exporter.export(records, (result) => answer(toOutcome(result))));
      } catch (error) {
        answer({ kind: 'failed', reason: 'the exporter threw', error });
      }
      outcomes.push(outcome);
      if (outcome.kind === 'retryable') break;
    }
    return outcomes;
  }
}

/** The exporter's own retries have ended when it reports a failure, so the batch is lost. */
function toOutcome(result: ExportResult | undefined): DestinationOutcome<RecordBatch> {
  const code: number | undefined = result?.code;
  if (code === 0) return { kind: 'delivered', rejectedCount: 0 };
  return { kind: 'failed', reason: 'the exporter reported a failure', error: result?.error };
}
