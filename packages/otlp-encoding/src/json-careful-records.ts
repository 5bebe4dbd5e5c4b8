// SPDX-License-Identifier: Apache-2.0

/**
 * Writes any record, whatever its getters do, within the record's limit. `JsonFastRecords` leaves to it what it does not
 * write itself.
 */
import { type Marker, normalizeValue, type ReadableLogRecord, THROWS, TRUNCATED } from '@logferry/core';
import type { ByteArena } from './byte-arena.ts';
import { type AttributeList, attributesOf } from './careful-value-writer.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import { JSON_OVERRUN_BYTES, JsonCarefulValues } from './json-careful-values.ts';
import { reserve } from './json-room.ts';
import { JsonSpanIds } from './json-span-ids.ts';
import { MAX_BYTES_PER_UNIT } from './json-text.ts';
import { UnixNanos } from './unix-nanos.ts';

/** The severity's text and the event's name are cut to so many bytes of UTF-8, as in protobuf. */
const MAX_FIELD_BYTES = 1024;

/** What `flags`, `traceId` and `spanId` take. */
const SPAN_BYTES = 128;

/** What stands behind the attributes at most: dropped count, flags and ids, event name. */
const TAIL_BYTES = 64 + SPAN_BYTES + MAX_BYTES_PER_UNIT * MAX_FIELD_BYTES + 32;

/** What a record needs beyond the body and the attributes that its limit admits. */
export const JSON_RECORD_RESERVE_BYTES: number = JSON_OVERRUN_BYTES + TAIL_BYTES;

const INT32_MAX = 0x7fff_ffff;
const UINT32_MAX = 0xffff_ffff;

export class JsonCarefulRecords {
  readonly #counts: EncoderCounts;
  readonly #values: JsonCarefulValues;
  readonly #ids = new JsonSpanIds();
  readonly #time = new UnixNanos();
  #separator = '{';

  constructor(counts: EncoderCounts) {
    this.#counts = counts;
    this.#values = new JsonCarefulValues(counts);
  }

  /**
   * Writes a record at `start`. The arena grows as needed.
   *
   * @param end where the record's allowance for its body and attributes ends.
   * @returns the position behind it.
   */
  write(record: ReadableLogRecord, arena: ByteArena, start: number, end: number): number {
    try {
      return this.#write(record, arena, start, end);
    } catch {
      // The call stack is used up: what is left must do with little of it.
      return this.writeMarker(THROWS, arena, start);
    }
  }

  /** Writes a record that has only a body, in place of one that can't be read. */
  writeMarker(marker: Marker, arena: ByteArena, start: number): number {
    this.#counts.markers += 1;
    const json = `{"body":{"stringValue":"${marker.text}"}}`;
    reserve(arena, start, json.length);
    return start + arena.bytes.write(json, start, 'latin1');
  }

  #write(record: ReadableLogRecord, arena: ByteArena, start: number, end: number): number {
    const values = this.#values;
    values.begin(arena, start, end);
    this.#separator = '{';
    this.#writeTime('timeUnixNano', this.#read(record, 'hrTime'));
    this.#writeTime('observedTimeUnixNano', this.#read(record, 'hrTimeObserved'));
    const severity = this.#read(record, 'severityNumber');
    if (typeof severity === 'number' && Number.isInteger(severity) && severity > 0 && severity <= INT32_MAX) {
      this.#writeName('severityNumber');
      values.writeInteger(severity);
    }
    this.#writeField('severityText', this.#read(record, 'severityText'));
    const body = this.#read(record, 'body', THROWS);
    if (body !== undefined) {
      this.#writeName('body');
      values.writeValue(body);
    }
    const dropped = this.#writeAttributes(record) + count(this.#read(record, 'droppedAttributesCount'));
    if (dropped > 0) {
      this.#writeName('droppedAttributesCount');
      values.writeInteger(Math.min(dropped, UINT32_MAX));
    }
    this.#writeSpanContext(record, arena);
    this.#writeField('eventName', this.#read(record, 'eventName'));
    values.writeJson(this.#separator === '{' ? '{}' : '}');
    return values.position;
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

  #writeName(name: string): void {
    this.#values.writeJson(`${this.#separator}"${name}":`);
    this.#separator = ',';
  }

  #writeTime(name: string, hrTime: unknown): void {
    const time = this.#time;
    time.readAny(hrTime);
    if (time.low === 0 && time.high === 0) return;
    this.#writeName(name);
    this.#values.writeJson(`"${(BigInt(time.high) << 32n) | BigInt(time.low)}"`);
  }

  #writeField(name: string, value: unknown): void {
    if (value === undefined || value === null || value === '') return;
    // The level of a logger may be a number. An object has no text worth keeping.
    const form = typeof value === 'object' ? undefined : normalizeValue(value);
    if (typeof form === 'string' || typeof form === 'number' || typeof form === 'bigint') {
      this.#writeName(name);
      this.#values.writeJson('"');
      this.#values.writeText(this.#cutField(`${form}`), Infinity);
      this.#values.writeJson('"');
    } else {
      this.#counts.markers += 1;
    }
  }

  #cutField(text: string): string {
    if (text.length <= MAX_FIELD_BYTES && Buffer.byteLength(text) <= MAX_FIELD_BYTES) return text;
    this.#counts.truncated += 1;
    const kept = Buffer.alloc(MAX_FIELD_BYTES - TRUNCATED.text.length);
    // It writes whole characters only.
    return `${kept.toString('utf8', 0, kept.write(text))}${TRUNCATED.text}`;
  }

  #writeAttributes(record: ReadableLogRecord): number {
    let attributes: AttributeList;
    try {
      attributes = attributesOf(record.attributes);
    } catch {
      this.#counts.droppedAttributes += 1;
      return 1;
    }
    if (attributes.names.length === 0) return 0;
    this.#writeName('attributes');
    return this.#values.writeAttributes(attributes);
  }

  #writeSpanContext(record: ReadableLogRecord, arena: ByteArena): void {
    const values = this.#values;
    reserve(arena, values.position, SPAN_BYTES);
    try {
      const { spanContext } = record;
      if (spanContext === undefined || spanContext === null) return;
      const start = values.position;
      values.position = this.#ids.write(arena, start, spanContext);
      if (values.position === start) return;
      // Each of its fields begins with a comma.
      arena.bytes[start] = this.#separator.charCodeAt(0);
      this.#separator = ',';
    } catch {
      this.#counts.markers += 1;
    }
  }
}

function count(value: unknown): number {
  return typeof value === 'number' && value >= 1 ? Math.min(Math.trunc(value), UINT32_MAX) : 0;
}
