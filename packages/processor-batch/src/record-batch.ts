// SPDX-License-Identifier: Apache-2.0
import { type ReadableLogRecord, type Resource, snapshotRecord, ValueSnapshots } from '@logferry/core';

import type { BatchBuilder, SealedBatch } from './destination.ts';

/** Snapshots of records, for an exporter that takes records. */
export interface RecordBatch extends SealedBatch {
  readonly records: ReadableLogRecord[];
  /** Of each record, an estimate of the memory that it takes; a character counts as one byte. */
  readonly sizes: readonly number[];
  /** The sum of the sizes. */
  readonly byteLength: number;
}

function recordBatch(records: ReadableLogRecord[], sizes: readonly number[]): RecordBatch {
  const byteLength = sizes.reduce((sum, size) => sum + size, 0);
  return { records, sizes, byteLength, recordCount: records.length, release: () => {} };
}

/** Two batches of about the same number of bytes; the batch itself where it holds one record. */
export function splitRecordBatch(batch: RecordBatch): RecordBatch[] {
  const { records, sizes, byteLength } = batch;
  if (records.length < 2) return [batch];
  let bytes = 0;
  const over = sizes.findIndex((size) => (bytes += size) > byteLength / 2);
  const middle = Math.min(Math.max(over, 1), records.length - 1);
  return [
    recordBatch(records.slice(0, middle), sizes.slice(0, middle)),
    recordBatch(records.slice(middle), sizes.slice(middle)),
  ];
}

/** The records whose severity number is wanted, in order; the batch itself where these are all. */
export function filterRecordBatch(
  batch: RecordBatch,
  keep: (severityNumber: number) => boolean,
): RecordBatch | undefined {
  const { records, sizes } = batch;
  const kept: ReadableLogRecord[] = [];
  const keptSizes: number[] = [];
  for (const [index, record] of records.entries()) {
    if (!keep(record.severityNumber ?? 0)) continue;
    kept.push(record);
    keptSizes.push(sizes[index] ?? 0);
  }
  if (kept.length === records.length) return batch;
  return kept.length === 0 ? undefined : recordBatch(kept, keptSizes);
}

/** Keeps a snapshot of each record, because the SDK's record and its body may change after `onEmit`. */
export class RecordBatchBuilder implements BatchBuilder<RecordBatch> {
  #records: ReadableLogRecord[] = [];
  #sizes: number[] = [];
  #byteLength = 0;
  // One for each builder: a getter of a value may log, and so reach the builder of another processor half-way.
  readonly #values = new ValueSnapshots();
  readonly #pendingResources = new Set<Resource>();

  append(record: ReadableLogRecord): void {
    const { record: snapshot, byteLength } = snapshotRecord(record, this.#values);
    this.#records.push(snapshot);
    this.#sizes.push(byteLength);
    this.#byteLength += byteLength;
    if (snapshot.resource.asyncAttributesPending === true) this.#pendingResources.add(snapshot.resource);
  }

  get recordCount(): number {
    return this.#records.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  get pending(): Promise<void> | undefined {
    for (const resource of this.#pendingResources) {
      if (resource.asyncAttributesPending !== true) this.#pendingResources.delete(resource);
    }
    if (this.#pendingResources.size === 0) return undefined;
    return settled([...this.#pendingResources]);
  }

  take(): RecordBatch | undefined {
    if (this.#records.length === 0) return undefined;
    const batch = recordBatch(this.#records, this.#sizes);
    this.#records = [];
    this.#sizes = [];
    this.#byteLength = 0;
    this.#pendingResources.clear();
    return batch;
  }
}

async function settled(resources: readonly Resource[]): Promise<void> {
  await Promise.allSettled(resources.map(async (resource) => await resource.waitForAsyncAttributes?.()));
}
