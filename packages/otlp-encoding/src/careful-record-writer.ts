// SPDX-License-Identifier: Apache-2.0

/**
 * Writes any record, whatever its getters do, within the record's limit. `FastRecordWriter` leaves to it what it does not
 * write itself.
 */
import { type Marker, normalizeValue, type ReadableLogRecord, THROWS } from '@logferry/core';
import type { ByteArena } from './byte-arena.ts';
import { type AttributeList, attributesOf, CarefulValueWriter, OVERRUN_BYTES } from './careful-value-writer.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import { closeLength } from './protobuf-wire.ts';
import { SpanIds } from './span-ids.ts';
import { UnixNanos } from './unix-nanos.ts';

/** The severity's text and the event's name are cut to so many bytes. */
const MAX_FIELD_BYTES = 1024;

/** What stands behind the attributes at most: dropped count, flags and ids, observed time, event name. */
const TAIL_BYTES = 6 + 33 + 9 + MAX_FIELD_BYTES + 8;

/** What a record needs beyond the body and the attributes that its limit admits. */
export const RECORD_RESERVE_BYTES: number = OVERRUN_BYTES + TAIL_BYTES;

const UINT32_MAX = 0xffff_ffff;

export class CarefulRecordWriter {
  readonly #maxRecordBytes: number;
  readonly #counts: EncoderCounts;
  readonly #values: CarefulValueWriter;
  readonly #ids = new SpanIds();
  readonly #time = new UnixNanos();

  constructor(maxRecordBytes: number, counts: EncoderCounts) {
    this.#maxRecordBytes = maxRecordBytes;
    this.#counts = counts;
    this.#values = new CarefulValueWriter(counts);
  }

  /**
   * Writes a record, with its field tag and length, at `start`. The arena grows as needed.
   * @returns the position behind it.
   */
  write(record: ReadableLogRecord, arena: ByteArena, start: number): number {
    try {
      return this.#write(record, arena, start);
    } catch {
      // The call stack is used up: what is left must do with little of it.
      return this.writeMarker(THROWS, arena, start);
    }
  }

  /** Writes a record that has only a body, in place of one that can't be read. */
  writeMarker(marker: Marker, arena: ByteArena, start: number): number {
    this.#counts.markers += 1;
    const { length } = marker.text;
    arena.grow(start + length + 8, start);
    // Each length is below 128: LogRecord, body, string.
    arena.bytes.set([0x12, length + 4, 0x2a, length + 2, 0x0a, length], start);
    arena.bytes.write(marker.text, start + 6, 'latin1');
    return start + 6 + length;
  }

  #write(record: ReadableLogRecord, arena: ByteArena, start: number): number {
    const values = this.#begin(arena, start);
    this.#writeTime(arena, 0x09, this.#read(record, 'hrTime'));
    const severity = this.#read(record, 'severityNumber');
    if (typeof severity === 'number' && Number.isInteger(severity) && severity > 0 && severity <= UINT32_MAX >>> 1) {
      values.writeByte(0x10);
      values.writeVarint(severity);
    }
    this.#writeField(0x1a, this.#read(record, 'severityText'));
    const body = this.#read(record, 'body', THROWS);
    if (body !== undefined) {
      values.writeByte(0x2a);
      values.writeValue(body);
    }
    const dropped = this.#writeAttributes(record) + count(this.#read(record, 'droppedAttributesCount'));
    if (dropped > 0) {
      values.writeByte(0x38);
      values.writeVarint(Math.min(dropped, UINT32_MAX));
    }
    this.#writeSpanContext(record, arena);
    this.#writeTime(arena, 0x59, this.#read(record, 'hrTimeObserved'));
    this.#writeField(0x62, this.#read(record, 'eventName'));
    return this.#end(arena, start);
  }

  #begin(arena: ByteArena, start: number): CarefulValueWriter {
    const content = start + 3;
    const limit = content + this.#maxRecordBytes - RECORD_RESERVE_BYTES;
    arena.grow(content + RECORD_RESERVE_BYTES, start);
    this.#values.begin(arena, content, limit);
    return this.#values;
  }

  #end(arena: ByteArena, start: number): number {
    this.#values.reserve(8);
    arena.bytes[start] = 0x12;
    return closeLength(arena.bytes, start + 1, 2, this.#values.position - start - 3);
  }

  /** A property of the record, or `instead` where reading it throws. */
  #read(record: ReadableLogRecord, key: keyof ReadableLogRecord, instead?: unknown): unknown {
    try {
      return record[key];
    } catch {
      if (instead === undefined) this.#counts.markers += 1;
      return instead;
    }
  }

  #writeTime(arena: ByteArena, tag: number, hrTime: unknown): void {
    this.#time.readAny(hrTime);
    const { low, high } = this.#time;
    if (low === 0 && high === 0) return;
    this.#values.writeByte(tag);
    this.#values.reserve(8);
    arena.view.setUint32(this.#values.position, low, true);
    arena.view.setUint32(this.#values.position + 4, high, true);
    this.#values.position += 8;
  }

  #writeField(tag: number, value: unknown): void {
    if (value === undefined || value === null || value === '') return;
    // The level of a logger may be a number. An object has no text worth keeping.
    const form = typeof value === 'object' ? undefined : normalizeValue(value);
    if (typeof form === 'string' || typeof form === 'number' || typeof form === 'bigint') {
      this.#values.writeByte(tag);
      this.#values.writeText(`${form}`, MAX_FIELD_BYTES);
    } else {
      this.#counts.markers += 1;
    }
  }

  #writeAttributes(record: ReadableLogRecord): number {
    let attributes: AttributeList;
    try {
      attributes = attributesOf(record.attributes);
    } catch {
      this.#counts.droppedAttributes += 1;
      return 1;
    }
    return this.#values.writeAttributes(0x32, attributes);
  }

  #writeSpanContext(record: ReadableLogRecord, arena: ByteArena): void {
    this.#values.reserve(64);
    try {
      const { spanContext } = record;
      if (spanContext !== undefined && spanContext !== null) {
        this.#values.position = this.#ids.write(arena, this.#values.position, spanContext);
      }
    } catch {
      this.#counts.markers += 1;
    }
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && value >= 1 ? Math.min(Math.trunc(value), UINT32_MAX) : 0;
}
