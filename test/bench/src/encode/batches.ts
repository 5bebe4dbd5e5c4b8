// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { makeRecord } from '../records/records.ts';
import { makeMixedRecord } from './mixed-records.ts';

/** The records that contestants encode. */
export type RecordKind = 'uniform' | 'mixed';

/** As many as the official batch processor sends at once by default. */
export const BATCH_RECORDS = 512;

/** Makes batches of new records by way of the official SDK, as a processor receives them. */
export class Batches {
  readonly #kind: RecordKind;
  readonly #provider: LoggerProvider;
  #batch: ReadableLogRecord[] = [];
  #sequence = 0;

  constructor(kind: RecordKind) {
    this.#kind = kind;
    const done = Promise.resolve();
    this.#provider = new LoggerProvider({
      processors: [{ onEmit: (record) => void this.#batch.push(record), forceFlush: () => done, shutdown: () => done }],
    });
  }

  next(): ReadableLogRecord[] {
    this.#batch = [];
    for (const end = this.#sequence + BATCH_RECORDS; this.#sequence < end; this.#sequence += 1)
      this.#emit(this.#sequence);
    return this.#batch;
  }

  #emit(sequence: number): void {
    if (this.#kind === 'uniform') {
      this.#provider.getLogger('logferry-bench', '1.0.0').emit(makeRecord(sequence));
    } else {
      const { scope, record } = makeMixedRecord(sequence);
      this.#provider.getLogger(scope, '1.0.0').emit(record);
    }
  }
}
