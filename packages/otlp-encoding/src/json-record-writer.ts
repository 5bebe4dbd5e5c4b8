// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { ByteArena } from './byte-arena.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import { NOT_WRITTEN } from './fast-record-writer.ts';
import { JSON_RECORD_RESERVE_BYTES, JsonCarefulRecords } from './json-careful-records.ts';
import { JsonFastRecords } from './json-fast-records.ts';
import type { Marker } from './markers.ts';

const SCRATCH_BYTES = 4096;

/** Memory is not kept when a record made it larger than this. */
const MAX_SCRATCH_BYTES = 64 * 1024;

/** Writes records, the usual ones fast and any other with care. It is not to be used while it writes a record. */
export class JsonRecordWriter {
  readonly #allowance: number;
  readonly #fast = new JsonFastRecords();
  readonly #careful: JsonCarefulRecords;
  #scratch: ByteArena | undefined;

  constructor(maxRecordBytes: number, counts: EncoderCounts) {
    this.#allowance = maxRecordBytes - JSON_RECORD_RESERVE_BYTES;
    this.#careful = new JsonCarefulRecords(counts);
  }

  /** Writes a record at `start` and returns the position behind it. The arena grows as needed. */
  write(record: ReadableLogRecord, arena: ByteArena, start: number): number {
    const end = start + this.#allowance;
    try {
      const position = this.#fast.write(record, arena, start, end);
      if (position !== NOT_WRITTEN) return position;
    } catch {
      // A getter threw: the careful writer finds out which.
    }
    return this.#careful.write(record, arena, start, end);
  }

  /** A record in memory of its own. */
  writeDetached(record: ReadableLogRecord): Uint8Array {
    const arena = this.#scratch ?? new ByteArena(SCRATCH_BYTES);
    const end = this.write(record, arena, 0);
    this.#scratch = arena.bytes.length > MAX_SCRATCH_BYTES ? undefined : arena;
    return new Uint8Array(arena.bytes.subarray(0, end));
  }

  /** A marker in place of a record, in memory of its own. */
  writeDetachedMarker(marker: Marker): Uint8Array {
    const arena = new ByteArena(0);
    const end = this.#careful.writeMarker(marker, arena, 0);
    return arena.bytes.subarray(0, end);
  }
}
