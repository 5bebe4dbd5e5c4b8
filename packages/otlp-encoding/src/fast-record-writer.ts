// SPDX-License-Identifier: Apache-2.0

/**
 * Writes the records that applications emit all day: text, numbers, booleans, arrays and plain objects, within limits.
 * It reads each property once and writes each byte once. A body or attribute that holds anything else is left to
 * `CarefulValueWriter`. Where that is not enough it gives up, or throws what a getter throws: then `CarefulRecordWriter`
 * writes the record from its start. Both write the same bytes for the same record.
 */
import { isInt64Number, type ReadableLogRecord, writesFields } from '@logferry/core';
import { AttributeKeys, EncodedKey, writeKey } from './attribute-keys.ts';
import type { ByteArena } from './byte-arena.ts';
import { CarefulValueWriter } from './careful-value-writer.ts';
import type { EncoderCounts, EncoderStats } from './encoder-stats.ts';
import { FieldWriter } from './field-writer.ts';
import { NOT_WRITTEN } from './not-written.ts';
import {
  closeLength,
  MAX_UTF8_PER_UNIT,
  SHORT_TEXT,
  writeInt64BigInt,
  writeInt64Number,
  writeText,
  writeUtf8,
  writeVarint,
} from './protobuf-wire.ts';
import { Severities } from './protobuf-severity.ts';
import { SpanIds } from './span-ids.ts';
import { UnixNanos } from './unix-nanos.ts';

/**
 * Room that is checked once for several small writes: a cached key, a number, the fields of fixed size behind the
 * attributes, and the bytes by which lengths grow when they are closed.
 */
const SLACK_BYTES = 512;

/** Arrays and maps inside each other. Deeper values, and cycles, are for the careful writer. */
const MAX_DEPTH = 8;

/** From so many items on, an array or map is assumed to take more than 127 bytes. */
const LARGE_COLLECTION = 12;

const UINT32_MAX = 0xffff_ffff;

export class FastRecordWriter {
  readonly #keys = new AttributeKeys();
  /** It stands before the first key of a record. */
  readonly #beforeFirst = new EncodedKey('');
  readonly #time = new UnixNanos();
  readonly #severities = new Severities();
  readonly #ids = new SpanIds();
  readonly #counts: EncoderCounts;
  readonly #values: CarefulValueWriter;
  readonly #fields: FieldWriter;
  #arena: ByteArena | undefined;
  /** Set when a value of the current record may have changed the counts. */
  #countsBefore: EncoderStats | undefined;

  constructor(counts: EncoderCounts) {
    this.#counts = counts;
    this.#values = new CarefulValueWriter(counts);
    this.#fields = new FieldWriter((bytes, view, start, limit, value) =>
      this.#writeValue(bytes, view, start, limit, value, 0),
    );
  }

  /**
   * Writes a record, with its field tag and length, at `start`.
   *
   * @param end where the memory, or the record's allowance, ends.
   * @returns the position behind it, or `NOT_WRITTEN`.
   */
  write(record: ReadableLogRecord, arena: ByteArena, start: number, end: number): number {
    // Both seldom change, and a store into an old object costs more than a comparison.
    if (this.#arena !== arena) this.#arena = arena;
    if (this.#countsBefore !== undefined) this.#countsBefore = undefined;
    const { bytes, view } = arena;
    const limit = end - SLACK_BYTES;
    const content = start + 3;
    let position = content;
    if (position > limit) return NOT_WRITTEN;

    position = this.#writeTime(view, position, 0x09, record.hrTime);
    if (position < 0) return NOT_WRITTEN;

    const severity = this.#severities.find(record.severityNumber, record.severityText);
    if (severity === undefined) return NOT_WRITTEN;
    const { words } = severity;
    for (let index = 0; index < words.length; index += 1) view.setInt32(position + 4 * index, words[index]!, true);
    position += severity.length;

    position = writesFields(record)
      ? this.#fields.write(record, arena, position, limit)
      : this.#writeFields(bytes, view, position, limit, record);
    if (position < 0 || position > limit) return NOT_WRITTEN;

    const dropped: unknown = record.droppedAttributesCount;
    if (dropped !== 0 && dropped !== undefined) {
      if (typeof dropped !== 'number' || !(dropped > 0 && dropped <= UINT32_MAX)) return NOT_WRITTEN;
      bytes[position] = 0x38;
      position = writeVarint(bytes, position + 1, Math.trunc(dropped));
    }

    const spanContext: unknown = record.spanContext;
    if (spanContext !== undefined && spanContext !== null) {
      position = this.#ids.write(arena, position, spanContext as NonNullable<ReadableLogRecord['spanContext']>);
    }

    position = this.#writeTime(view, position, 0x59, record.hrTimeObserved);
    if (position < 0) return NOT_WRITTEN;

    const eventName: unknown = record.eventName;
    if (eventName !== undefined && eventName !== '') {
      position = writeShortField(bytes, position, limit, 0x62, eventName);
      if (position < 0) return NOT_WRITTEN;
    }

    bytes[start] = 0x12;
    const length = position - content;
    if (length < 0x80 || length >= 0x4000) return closeLength(bytes, start + 1, 2, length);
    bytes[start + 1] = (length & 0x7f) | 0x80;
    bytes[start + 2] = length >>> 7;
    return position;
  }

  #writeFields(bytes: Buffer, view: DataView, start: number, limit: number, record: ReadableLogRecord): number {
    let position = start;
    const body: unknown = record.body;
    if (body !== undefined) {
      bytes[position] = 0x2a;
      position = this.#writeValue(bytes, view, position + 1, limit, body, 0);
      if (position < 0) return NOT_WRITTEN;
    }
    return this.#writeAttributes(bytes, view, position, limit, record.attributes);
  }

  /** Takes back what was counted for a record that is written again by another. */
  undoCounts(): void {
    if (this.#countsBefore !== undefined) this.#counts.restore(this.#countsBefore);
  }

  #writeTime(view: DataView, position: number, tag: number, hrTime: ReadableLogRecord['hrTime']): number {
    const time = this.#time;
    if (!time.read(hrTime[0], hrTime[1])) return NOT_WRITTEN;
    const { low, high } = time;
    if (low === 0 && high === 0) return position;
    view.setUint8(position, tag);
    view.setUint32(position + 1, low, true);
    view.setUint32(position + 5, high, true);
    return position + 9;
  }

  #writeAttributes(bytes: Buffer, view: DataView, start: number, limit: number, attributes: unknown): number {
    if (typeof attributes !== 'object') return NOT_WRITTEN;
    const values = attributes as Record<string, unknown>;
    let position = start;
    let previous = this.#beforeFirst;
    for (const key in values) {
      if (!Object.prototype.hasOwnProperty.call(values, key)) continue;
      let encoded = previous.next;
      if (encoded === undefined || encoded.key !== key) {
        encoded = this.#keys.find(key);
        previous.next = encoded;
      }
      if (position > limit) return NOT_WRITTEN;
      bytes[position] = 0x32;
      if (encoded === undefined) {
        position = this.#writeNewEntry(bytes, view, position + 1, limit, key, values[key], 0);
      } else {
        previous = encoded;
        position = this.#writeEntry(bytes, view, position + 1, limit, encoded, values[key], 0);
      }
      if (position < 0) return NOT_WRITTEN;
    }
    return position;
  }

  /** Writes a KeyValue with its length. The slack holds the key. */
  #writeEntry(
    bytes: Buffer,
    view: DataView,
    start: number,
    limit: number,
    encoded: EncodedKey,
    value: unknown,
    depth: number,
  ): number {
    const content = start + 1;
    const { octets } = encoded;
    for (let index = 0; index < octets.length; index += 1) view.setFloat64(content + 8 * index, octets[index]!, true);
    const position = this.#writeValue(bytes, view, content + encoded.length, limit, value, depth);
    // Negative for NOT_WRITTEN, which is passed on.
    const length = position - content;
    if (length >= 0x80) return closeLength(bytes, start, 1, length);
    bytes[start] = length;
    return position;
  }

  /** Writes a KeyValue whose key is not in the cache. */
  #writeNewEntry(
    bytes: Buffer,
    view: DataView,
    start: number,
    limit: number,
    key: string,
    value: unknown,
    depth: number,
  ): number {
    if (start + MAX_UTF8_PER_UNIT * key.length > limit) return NOT_WRITTEN;
    const valueStart = writeKey(bytes, start + 1, key);
    if (valueStart > limit) return NOT_WRITTEN;
    const position = this.#writeValue(bytes, view, valueStart, limit, value, depth);
    return position < 0 ? NOT_WRITTEN : closeLength(bytes, start, 1, position - start - 1);
  }

  /** Writes an AnyValue with its length. The slack holds one that is small. */
  #writeValue(bytes: Buffer, view: DataView, start: number, limit: number, value: unknown, depth: number): number {
    if (typeof value === 'string') {
      return value.length < SHORT_TEXT
        ? writeShortString(bytes, view, start, value)
        : writeString(bytes, start, limit, value);
    }
    if (typeof value === 'number') return writeNumber(bytes, view, start, value);
    return this.#writeOther(bytes, view, start, limit, value, depth);
  }

  #writeOther(bytes: Buffer, view: DataView, start: number, limit: number, value: unknown, depth: number): number {
    if (typeof value === 'boolean') {
      bytes[start] = 2;
      bytes[start + 1] = 0x10;
      bytes[start + 2] = value ? 1 : 0;
      return start + 3;
    }
    if (value === null || value === undefined) {
      bytes[start] = 0;
      return start + 1;
    }
    if (typeof value === 'object') {
      const position = this.#writeObject(bytes, view, start, limit, value, depth + 1);
      if (position >= 0) return position;
    } else if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) {
      bytes[start + 1] = 0x18;
      return closeLength(bytes, start, 1, writeInt64BigInt(bytes, start + 2, value) - start - 1);
    }
    return depth === 0 ? this.#writeCarefully(start, limit, value) : NOT_WRITTEN;
  }

  /**
   * Writes a whole body or attribute that holds a date, an error, bytes or the like. Not a value inside one, because the
   * careful writer has to know everything around it to find cycles.
   */
  #writeCarefully(start: number, limit: number, value: unknown): number {
    const arena = this.#arena!;
    const { bytes } = arena;
    this.#countsBefore ??= this.#counts.snapshot();
    const { truncated } = this.#counts;
    this.#values.begin(arena, start, limit);
    this.#values.writeValue(value);
    // Where it had to cut, or to make room, the whole record has to be written with room enough to know what must go.
    return arena.bytes === bytes && this.#counts.truncated === truncated ? this.#values.position : NOT_WRITTEN;
  }

  #writeObject(bytes: Buffer, view: DataView, start: number, limit: number, value: object, depth: number): number {
    if (depth > MAX_DEPTH) return NOT_WRITTEN;
    if (Array.isArray(value)) {
      const guessed = value.length < LARGE_COLLECTION ? 1 : 2;
      const content = start + 2 * guessed + 1;
      let position = content;
      for (let index = 0; index < value.length; index += 1) {
        if (position > limit) return NOT_WRITTEN;
        bytes[position] = 0x0a;
        position = this.#writeValue(bytes, view, position + 1, limit, value[index], depth);
        if (position < 0) return NOT_WRITTEN;
      }
      return closeCollection(bytes, start, guessed, 0x2a, position - content);
    }
    // Without a prototype it may be anything: a Set stays a Set.
    if (Object.getPrototypeOf(value) !== Object.prototype) return NOT_WRITTEN;
    const values = value as Record<string, unknown>;
    if (values['toJSON'] !== undefined) return NOT_WRITTEN;
    const content = start + 3;
    let position = content;
    for (const key in values) {
      if (!Object.prototype.hasOwnProperty.call(values, key)) continue;
      if (position > limit) return NOT_WRITTEN;
      bytes[position] = 0x0a;
      const encoded = this.#keys.find(key);
      position =
        encoded === undefined
          ? this.#writeNewEntry(bytes, view, position + 1, limit, key, values[key], depth)
          : this.#writeEntry(bytes, view, position + 1, limit, encoded, values[key], depth);
      if (position < 0) return NOT_WRITTEN;
    }
    return closeCollection(bytes, start, 1, 0x32, position - content);
  }
}

/** Writes an AnyValue of fewer than `SHORT_TEXT` units with its length. Four units at a time take a third less time. */
function writeShortString(bytes: Buffer, view: DataView, start: number, text: string): number {
  const units = text.length;
  const content = start + 3;
  // The lengths of ASCII, and the tag between them. The text overwrites the fourth byte.
  view.setInt32(start, (units + 2) | 0x0a00 | (units << 16), true);
  let seen = 0;
  let index = 0;
  for (; index + 3 < units; index += 4) {
    const first = text.charCodeAt(index);
    const second = text.charCodeAt(index + 1);
    const third = text.charCodeAt(index + 2);
    const fourth = text.charCodeAt(index + 3);
    view.setInt32(content + index, first | (second << 8) | (third << 16) | (fourth << 24), true);
    seen |= first | second | third | fourth;
  }
  for (; index < units; index += 1) {
    const unit = text.charCodeAt(index);
    bytes[content + index] = unit;
    seen |= unit;
  }
  if (seen < 0x80) return content + units;
  // Each length stays below 128, also with three bytes for each unit.
  const length = writeUtf8(bytes, text, content);
  bytes[start] = length + 2;
  bytes[start + 2] = length;
  return content + length;
}

/** Writes any string as an AnyValue with its length. */
function writeString(bytes: Buffer, start: number, limit: number, text: string): number {
  if (start + MAX_UTF8_PER_UNIT * text.length > limit) return NOT_WRITTEN;
  bytes[start + 1] = 0x0a;
  const position = writeText(bytes, start + 2, text);
  const length = position - start - 1;
  if (length >= 0x80) return closeLength(bytes, start, 1, length);
  bytes[start] = length;
  return position;
}

function writeNumber(bytes: Uint8Array, view: DataView, start: number, value: number): number {
  if ((value | 0) !== value || value <= 0) return writeOtherNumber(bytes, view, start, value);
  bytes[start + 1] = 0x18;
  let position = start + 2;
  let rest = value;
  while (rest > 0x7f) {
    bytes[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[position] = rest;
  bytes[start] = position - start;
  return position + 1;
}

function writeOtherNumber(bytes: Uint8Array, view: DataView, start: number, value: number): number {
  if (isInt64Number(value)) {
    bytes[start + 1] = 0x18;
    const position = writeInt64Number(bytes, start + 2, value);
    bytes[start] = position - start - 1;
    return position;
  }
  bytes[start] = 9;
  bytes[start + 1] = 0x21;
  view.setFloat64(start + 2, value, true);
  return start + 10;
}

/** Closes an ArrayValue or KeyValueList and the AnyValue around it, whose lengths were guessed to take the same bytes. */
function closeCollection(bytes: Uint8Array, start: number, guessed: number, tag: number, length: number): number {
  const inner = start + guessed + 1;
  const end = closeLength(bytes, inner, guessed, length);
  bytes[inner - 1] = tag;
  return closeLength(bytes, start, guessed, end - inner + 1);
}

/** Writes a text field of the record itself. A long one, or another type, is for the careful writer. */
function writeShortField(bytes: Buffer, position: number, limit: number, tag: number, text: unknown): number {
  if (typeof text !== 'string' || text.length > MAX_FIELD_UNITS) return NOT_WRITTEN;
  if (position + MAX_UTF8_PER_UNIT * text.length > limit) return NOT_WRITTEN;
  bytes[position] = tag;
  return writeText(bytes, position + 1, text);
}

/** Longer texts than this in the severity or the event name are cut by the careful writer. */
const MAX_FIELD_UNITS = 256;
