// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord, Resource } from '@logferry/core';

import type { BatchBuilder, SealedBatch } from './destination.ts';
import { snapshotRecord } from './snapshot-record.ts';
import { ValueSnapshots } from './snapshot-value.ts';

/** Snapshots of records, for an exporter that takes records. */
export interface RecordBatch extends SealedBatch {
  readonly records: ReadableLogRecord[];
  /** An estimate of what the records take as OTLP; a character counts as one byte. */
  readonly byteLength: number;
}

/** Keeps a snapshot of each record, because the SDK's record and its body may change after `onEmit`. */
export class RecordBatchBuilder implements BatchBuilder<RecordBatch> {
  #records: ReadableLogRecord[] = [];
  #byteLength = 0;
  // One for each builder: a getter of a value may log, and so reach the builder of another processor half-way.
  readonly #values = new ValueSnapshots();
  readonly #pendingResources = new Set<Resource>();

  append(record: ReadableLogRecord): void {
    const { record: snapshot, byteLength } = snapshotRecord(record, this.#values);
    this.#records.push(snapshot);
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
    const batch: RecordBatch = {
      records: this.#records,
      recordCount: this.#records.length,
      byteLength: this.#byteLength,
      release: () => {},
    };
    this.#records = [];
    this.#byteLength = 0;
    this.#pendingResources.clear();
    return batch;
  }
}

async function settled(resources: readonly Resource[]): Promise<void> {
  await Promise.allSettled(resources.map(async (resource) => await resource.waitForAsyncAttributes?.()));
}
