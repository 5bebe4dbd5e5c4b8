// SPDX-License-Identifier: Apache-2.0
import { AsyncResource } from 'node:async_hooks';

import { type LogRecordExporter, suppressTracing } from '@logferry/core';

/**
 * Calls an exporter outside the context of whoever emitted the record that filled a batch. Without it a connection opened
 * by the first export would keep that request's AsyncLocalStorage values for as long as it lives. Instrumentations make
 * no spans for what the exporter does.
 */
export class ExporterCalls {
  readonly #scope = new AsyncResource('LogferryBatchExport');
  #isCalling = false;

  /** Whether the exporter is being called right now: what is emitted meanwhile was emitted by the exporter. */
  get isCalling(): boolean {
    return this.#isCalling;
  }

  run<T>(call: () => T): T {
    const wasCalling = this.#isCalling;
    this.#isCalling = true;
    try {
      return this.#scope.runInAsyncScope(suppressTracing<T>, undefined, call);
    } finally {
      this.#isCalling = wasCalling;
    }
  }

  /** Ends when the exporter has flushed; rejects where it rejects or throws. */
  async forceFlush(exporter: LogRecordExporter): Promise<void> {
    // Exporters written for early versions of the SDK have no forceFlush.
    await this.run(() => (exporter as Partial<LogRecordExporter>).forceFlush?.call(exporter));
  }

  /** Ends when the exporter is shut down; rejects where it rejects or throws. */
  async shutdown(exporter: LogRecordExporter): Promise<void> {
    await this.run(() => (exporter as Partial<LogRecordExporter>).shutdown?.call(exporter));
  }
}
