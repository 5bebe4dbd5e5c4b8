// SPDX-License-Identifier: Apache-2.0
import type { ExportResult, LogRecordExporter, LogRecordProcessor, ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';

export const SUCCESS: ExportResult = { code: 0 };

/** One call of `export`. */
export interface ExportCall {
  readonly records: readonly ReadableLogRecord[];
  readonly done: (result: ExportResult) => void;
}

/** An exporter that does what a test says with each export. */
export class ToldExporter implements LogRecordExporter {
  readonly calls: ExportCall[] = [];
  isShutDown = false;
  readonly #answer: (call: ExportCall, exporter: ToldExporter) => void;

  constructor(answer: (call: ExportCall, exporter: ToldExporter) => void) {
    this.#answer = answer;
  }

  /** The bodies of everything that was handed over. */
  get bodies(): readonly unknown[] {
    return this.calls.flatMap(({ records }) => records.map(({ body }) => body));
  }

  export(records: ReadableLogRecord[], done: (result: ExportResult) => void): void {
    const call = { records, done };
    this.calls.push(call);
    this.#answer(call, this);
  }

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {
    this.isShutDown = true;
  }
}

/** Emits records with the bodies `first` to `first + count - 1`. */
export function emit(processor: LogRecordProcessor, count: number, first = 0): void {
  for (let index = first; index < first + count; index += 1) {
    processor.onEmit(testRecord({ body: index }) as Parameters<LogRecordProcessor['onEmit']>[0]);
  }
}

/** Runs what is ready, a few turns of the event loop long. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}
