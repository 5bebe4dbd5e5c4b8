// SPDX-License-Identifier: Apache-2.0
import type { Marker, ReadableLogRecord } from '@logferry/core';
import { ByteArena } from './byte-arena.ts';
import { EncoderCounts } from './encoder-stats.ts';
import { NOT_WRITTEN } from './not-written.ts';
import { JSON_RECORD_RESERVE_BYTES, JsonCarefulRecords } from './json-careful-records.ts';
import { JsonFastRecords } from './json-fast-records.ts';

const SCRATCH_BYTES = 4096;

/** Memory is not kept when a record made it larger than this. */
const MAX_SCRATCH_BYTES = 64 * 1024;

/** Near the limit the careful writer decides what is cut. */
const FAST_MARGIN_BYTES = 1024;

/** Writes records, the usual ones fast and any other with care. It is not to be used while it writes a record. */
export class JsonRecordWriter {
  readonly #allowance: number;
  readonly #counts: EncoderCounts;
  /** What the fast writer counted in a record that it may yet give up. */
  readonly #tentative = new EncoderCounts();
  readonly #fast: JsonFastRecords;
  readonly #careful: JsonCarefulRecords;
  #scratch: ByteArena | undefined;

  constructor(maxRecordBytes: number, counts: EncoderCounts) {
    this.#allowance = maxRecordBytes - JSON_RECORD_RESERVE_BYTES;
    this.#counts = counts;
    this.#fast = new JsonFastRecords(this.#tentative);
    this.#careful = new JsonCarefulRecords(counts);
  }

  /** Writes a record at `start` and returns the position behind it. The arena grows as needed. */
  write(record: ReadableLogRecord, arena: ByteArena, start: number): number {
    const end = start + this.#allowance;
    let position = NOT_WRITTEN;
    try {
      position = this.#fast.write(record, arena, start, end - FAST_MARGIN_BYTES);
    } catch {
      // A getter threw: the careful writer finds out which.
    }
    if (this.#tentative.markers > 0 || this.#tentative.truncated > 0) this.#settle(position !== NOT_WRITTEN);
    return position === NOT_WRITTEN ? this.#careful.write(record, arena, start, end) : position;
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

  #settle(isKept: boolean): void {
    const tentative = this.#tentative;
    // The fast writer keeps nothing that is cut.
    if (isKept) this.#counts.markers += tentative.markers;
    tentative.markers = 0;
    tentative.truncated = 0;
  }
}
