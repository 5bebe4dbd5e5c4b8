// SPDX-License-Identifier: Apache-2.0
import type { LogRecordExporter, ReadableLogRecord } from '@logferry/core';

/** An exporter that keeps what it gets. */
export class CollectingExporter implements LogRecordExporter {
  readonly records: ReadableLogRecord[] = [];

  export(...[records, resultCallback]: Parameters<LogRecordExporter['export']>): void {
    this.records.push(...records);
    resultCallback({ code: 0 });
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}

  get bodies(): unknown[] {
    return this.records.map(({ body }) => body);
  }
}
