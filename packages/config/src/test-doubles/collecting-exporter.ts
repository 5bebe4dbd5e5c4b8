// SPDX-License-Identifier: Apache-2.0
import type { ExportResult, LogRecordExporter, ReadableLogRecord } from '@logferry/core';

/** An exporter of somebody else: it keeps what it gets, and says what happened to it. */
export class CollectingExporter implements LogRecordExporter {
  readonly records: ReadableLogRecord[] = [];
  readonly calls: string[] = [];

  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    if (this.calls.includes('shutdown')) {
      resultCallback({ code: 1 });
      return;
    }
    this.records.push(...records);
    resultCallback({ code: 0 });
  }

  forceFlush(): Promise<void> {
    this.calls.push('forceFlush');
    return Promise.resolve();
  }

  shutdown(): Promise<void> {
    this.calls.push('shutdown');
    return Promise.resolve();
  }

  get bodies(): unknown[] {
    return this.records.map(({ body }) => body);
  }
}
