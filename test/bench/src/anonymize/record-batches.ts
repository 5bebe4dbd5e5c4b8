// SPDX-License-Identifier: Apache-2.0

/** The records of the other scenarios, as a processor gets them from the official SDK. */
import type { ReadWriteLogRecord } from '@logferry/core';
import { LoggerProvider } from '@opentelemetry/sdk-logs';

import { makeMixedRecord, type ScopedRecord } from '../encode/mixed-records.ts';
import { makeRecord } from '../records/records.ts';

/**
 * `uniform`: as every scenario logs them; methods, routes and regions come again. `known`: 64 of them again and again, so
 * that each text came before. `distinct`: no text ever comes twice. `mixed`: those of `encode`, without the shape that holds
 * an address.
 */
export type RecordKind = 'uniform' | 'known' | 'distinct' | 'mixed';

type Emitted = ScopedRecord['record'];

const SCOPE = 'logferry-bench';

const MAKERS: Readonly<Record<RecordKind, (sequence: number) => ScopedRecord>> = {
  uniform: (sequence) => ({ scope: SCOPE, record: makeRecord(sequence) }),
  known: (sequence) => ({ scope: SCOPE, record: makeRecord(sequence & 63) }),
  distinct: (sequence) => ({ scope: SCOPE, record: distinct(makeRecord(sequence), sequence) }),
  mixed: (sequence) => {
    let candidate = sequence * 2;
    while ('ip' in makeMixedRecord(candidate).record.attributes) candidate += 1;
    return makeMixedRecord(candidate);
  },
};

function distinct(record: Emitted, sequence: number): Emitted {
  const attributes = Object.entries(record.attributes).map(([key, value]) => [
    key,
    typeof value === 'string' ? `${value} ${sequence}` : value,
  ]);
  return { ...record, body: `${record.body} ${sequence}`, attributes: Object.fromEntries(attributes) };
}

/** Makes batches of new records. */
export class RecordBatches {
  readonly #make: (sequence: number) => ScopedRecord;
  readonly #provider: LoggerProvider;
  #batch: ReadWriteLogRecord[] = [];
  #sequence = 0;

  /** @param source a kind, or what makes the record of a number. */
  constructor(source: RecordKind | ((sequence: number) => ScopedRecord)) {
    this.#make = typeof source === 'string' ? MAKERS[source] : source;
    const done = Promise.resolve();
    this.#provider = new LoggerProvider({
      processors: [{ onEmit: (record) => void this.#batch.push(record), forceFlush: () => done, shutdown: () => done }],
    });
  }

  next(count: number): ReadWriteLogRecord[] {
    this.#batch = [];
    for (const end = this.#sequence + count; this.#sequence < end; this.#sequence += 1) {
      const { scope, record } = this.#make(this.#sequence);
      this.#provider.getLogger(scope, '1.0.0').emit(record);
    }
    return this.#batch;
  }
}

/** A record for each of the bodies. */
export function recordsOf(bodies: readonly string[]): ReadWriteLogRecord[] {
  const batches = new RecordBatches((sequence) => ({
    scope: SCOPE,
    record: { severityNumber: 9, severityText: 'INFO', body: bodies[sequence]!, attributes: {} },
  }));
  return batches.next(bodies.length);
}
