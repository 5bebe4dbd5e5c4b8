// SPDX-License-Identifier: Apache-2.0
import { AsyncResource } from 'node:async_hooks';

import { type Clock, type ExporterWork, exporterWork, type LogRecordExporter, suppressTracing } from '@logferry/core';

/**
 * So long after its end a call still counts as the one that emits: clients have something to say when they tidy up.
 * Afterwards the context may well be that of application code which the call happened to start, such as a timer that
 * refreshes tokens.
 */
const AFTERMATH_MILLIS = 10_000;

/** The call of an exporter that the current code belongs to. */
export class CallOrigin implements ExporterWork {
  /** The one whose call it is, and those whose calls brought about the records that are sent by it. */
  readonly pipelines: ReadonlySet<ExporterCalls>;
  readonly #clock: Clock;
  /** Undefined while the call runs. */
  #endMillis: number | undefined;

  constructor(pipelines: ReadonlySet<ExporterCalls>, clock: Clock) {
    this.pipelines = pipelines;
    this.#clock = clock;
  }

  end(): void {
    this.#endMillis = this.#clock.monotonicMillis();
  }

  isRecent(): boolean {
    return this.#endMillis === undefined || this.#clock.monotonicMillis() - this.#endMillis < AFTERMATH_MILLIS;
  }
}

/** Undefined outside of all calls of exporters. */
export function currentOrigin(): CallOrigin | undefined {
  const work = exporterWork.getStore();
  return work instanceof CallOrigin ? work : undefined;
}

/**
 * Calls an exporter outside the context of whoever emitted the record that filled a batch. Without it a connection opened
 * by the first export would keep that request's AsyncLocalStorage values for as long as it lives. Instrumentations make
 * no spans for what the exporter does, and what is emitted by it can be told from what the application emits.
 */
export class ExporterCalls {
  readonly #scope = new AsyncResource('LogferryBatchExport');
  readonly #alone: ReadonlySet<ExporterCalls> = new Set([this]);
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether a record of that origin comes from a call of this exporter that runs, or has just ended. */
  isCalling(origin: CallOrigin): boolean {
    return origin.pipelines.has(this) && origin.isRecent();
  }

  /**
   * Makes a call; it runs until the promise that it returns settles.
   *
   * @param causes those whose calls emitted records that are sent by it: two pipelines whose exporters log would
   * otherwise keep each other busy for ever.
   */
  run<T>(call: () => T, causes?: ReadonlySet<ExporterCalls>): T {
    const origin = new CallOrigin(causes === undefined ? this.#alone : new Set([this, ...causes]), this.#clock);
    const end = (): void => origin.end();
    try {
      const result = this.#scope.runInAsyncScope(() => exporterWork.run(origin, suppressTracing<T>, call));
      if (result instanceof Promise) result.then(end, end);
      else end();
      return result;
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Ends when the exporter has flushed; rejects where it rejects or throws. */
  async forceFlush(exporter: LogRecordExporter): Promise<void> {
    // Exporters written for early versions of the SDK have no forceFlush.
    await this.run(async () => await (exporter as Partial<LogRecordExporter>).forceFlush?.call(exporter));
  }

  /** Ends when the exporter is shut down; rejects where it rejects or throws. */
  async shutdown(exporter: LogRecordExporter): Promise<void> {
    await this.run(async () => await (exporter as Partial<LogRecordExporter>).shutdown?.call(exporter));
  }
}
