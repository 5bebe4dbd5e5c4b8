// SPDX-License-Identifier: Apache-2.0
import { CIRCULAR, type ReadableLogRecord } from '@logferry/core';
import type { EncoderCounts } from './encoder-stats.ts';
import { JsonRecordWriter } from './json-record-writer.ts';

/** A record that was encoded outside of the lines. */
export interface DetachedRecord {
  readonly resource: unknown;
  readonly scope: unknown;
  readonly json: Uint8Array;
}

/** A getter may log, and a getter of that record may log; this deep inside each other the records become markers. */
const MAX_NESTED_RECORDS = 4;

/**
 * Records that arrive while another one is being written: reading a record runs code of the application (getters,
 * proxies, toJSON), which may log to the same destination.
 */
export class JsonNestedRecords {
  readonly #maxRecordBytes: number;
  readonly #counts: EncoderCounts;
  /** One for each depth, because a writer takes one record at a time. */
  readonly #writers: JsonRecordWriter[] = [];
  #records: (DetachedRecord | undefined)[] = [];
  #depth = 0;
  /** Records that were nested too deep. */
  #refused = 0;

  constructor(maxRecordBytes: number, counts: EncoderCounts) {
    this.#maxRecordBytes = maxRecordBytes;
    this.#counts = counts;
  }

  get isEmpty(): boolean {
    return this.#records.length === 0 && this.#refused === 0;
  }

  /** Never throws. */
  append(record: ReadableLogRecord): void {
    if (this.#depth >= MAX_NESTED_RECORDS) {
      this.#refused += 1;
      return;
    }
    // A record stands before those that its own getters log.
    const place = this.#records.push(undefined) - 1;
    const writer = this.#writerAt(this.#depth);
    this.#depth += 1;
    try {
      this.#records[place] = { ...originOf(record), json: writer.writeDetached(record) };
    } catch {
      // No memory, or no stack, for as much as a marker.
    } finally {
      this.#depth -= 1;
    }
  }

  /**
   * Gives the records away, in order.
   * @param resource where the record comes from around which they arrived; and `scope` likewise.
   */
  takeAll(resource: unknown, scope: unknown): DetachedRecord[] {
    const records = this.#records.filter((record) => record !== undefined);
    for (; this.#refused > 0; this.#refused -= 1) {
      records.push({ resource, scope, json: this.#writerAt(0).writeDetachedMarker(CIRCULAR) });
    }
    this.#records = [];
    return records;
  }

  #writerAt(depth: number): JsonRecordWriter {
    return (this.#writers[depth] ??= new JsonRecordWriter(this.#maxRecordBytes, this.#counts));
  }
}

/** What can be read of where a record comes from. */
function originOf(record: ReadableLogRecord): { readonly resource: unknown; readonly scope: unknown } {
  let resource: unknown;
  try {
    resource = record.resource;
    return { resource, scope: record.instrumentationScope };
  } catch {
    return { resource, scope: undefined };
  }
}
