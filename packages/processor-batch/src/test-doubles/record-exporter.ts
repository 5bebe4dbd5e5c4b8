// SPDX-License-Identifier: Apache-2.0
import type { ExportResult, LogRecordExporter, ReadableLogRecord } from '@logferry/core';

/** One call of `export`, which the test answers. */
export interface ExportCall {
  readonly records: readonly ReadableLogRecord[];
  readonly done: (result: ExportResult) => void;
}

/** An exporter that takes records, as the SDK's do. */
export class RecordExporter implements LogRecordExporter {
  readonly calls: ExportCall[] = [];
  flushes = 0;
  shutdowns = 0;
  readonly #answer: ((call: ExportCall) => void) | undefined;

  constructor(answer?: (call: ExportCall) => void) {
    this.#answer = answer;
  }

  export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    const call = { records, done };
    this.calls.push(call);
    this.#answer?.(call);
  }

  async forceFlush(): Promise<void> {
    this.flushes += 1;
  }

  async shutdown(): Promise<void> {
    this.shutdowns += 1;
  }

  /** The bodies of each call. */
  get bodies(): readonly (readonly unknown[])[] {
    return this.calls.map(({ records }) => records.map((record) => record.body));
  }
}

export const SUCCESS: ExportResult = { code: 0 };

export function succeed(call: ExportCall): void {
  call.done(SUCCESS);
}
