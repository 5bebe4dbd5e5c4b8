// SPDX-License-Identifier: Apache-2.0

/**
 * Writes the records that applications emit all day: text, numbers, booleans, arrays and plain objects, within limits.
 * It gives up as soon as it meets anything else, or throws what a getter throws: then `JsonCarefulRecords` writes the
 * record from its start. Both write the same bytes for the same record.
 */
import { isInt64Number, type ReadableLogRecord } from '@logferry/core';
import type { ByteArena } from './byte-arena.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import { NOT_WRITTEN } from './not-written.ts';
import { JsonCarefulValues, LEAST_ITEM_BYTES } from './json-careful-values.ts';
import { JsonFragment, writeFragment } from './json-fragment.ts';
import { JsonKey, JsonKeys, MAX_KEY_FRAGMENT_BYTES } from './json-keys.ts';
import { writeDouble, writeInteger } from './json-number.ts';
import { reserve } from './json-room.ts';
import { JsonSeverity } from './json-severity.ts';
import { JsonSpanIds } from './json-span-ids.ts';
import { MAX_BYTES_PER_UNIT, writeText } from './json-text.ts';
import { JsonTimeField } from './json-time.ts';

/** What the fields of a bounded size take: times, severity, ids and counts. Room for them is checked once. */
const FIXED_FIELDS_BYTES = 2048;

/** A key and a number. */
const ENTRY_BYTES = MAX_KEY_FRAGMENT_BYTES + 64;

/** Arrays and maps inside each other. Deeper values, and cycles, are for the careful writer. */
const MAX_DEPTH = 8;

/** A longer event name is cut by the careful writer. In UTF-16 units. */
const MAX_EVENT_NAME_UNITS = 256;

const UINT32_MAX = 0xffff_ffff;

const BODY_TEXT = new JsonFragment(',"body":{"stringValue":"');
const BODY = new JsonFragment(',"body":');
const ATTRIBUTES = new JsonFragment(',"attributes":');
const DROPPED = new JsonFragment(',"droppedAttributesCount":');
const EVENT_NAME = new JsonFragment(',"eventName":"');
const KEY = new JsonFragment(',{"key":"');
const KEY_END = new JsonFragment('","value":');
const STRING = new JsonFragment('{"stringValue":"');
const INTEGER = new JsonFragment('{"intValue":"');
const DOUBLE = new JsonFragment('{"doubleValue":');
const TRUE = new JsonFragment('{"boolValue":true}');
const FALSE = new JsonFragment('{"boolValue":false}');
const EMPTY = new JsonFragment('{}');
const ARRAY = new JsonFragment('{"arrayValue":{"values":[');
const MAP = new JsonFragment('{"kvlistValue":{"values":');
const COLLECTION_END = new JsonFragment(']}}');

/** Closing characters as little-endian words; the bytes behind them are overwritten by what follows. */
const QUOTE_BRACE = 0x7d22;
const QUOTE_BRACE_BRACE = 0x7d_7d22;
const BRACE_BRACE = 0x7d7d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

export class JsonFastRecords {
  readonly #time = new JsonTimeField('{"timeUnixNano":"');
  readonly #observedTime = new JsonTimeField('","observedTimeUnixNano":"');
  readonly #severity = new JsonSeverity();
  readonly #ids = new JsonSpanIds();
  readonly #keys = new JsonKeys();
  readonly #counts: EncoderCounts;
  readonly #careful: JsonCarefulValues;
  /** Stand before the first key of a record, and before the first key of a map in a record. */
  readonly #recordStart = new JsonKey('');
  readonly #mapStart = new JsonKey('');

  constructor(counts: EncoderCounts) {
    this.#counts = counts;
    this.#careful = new JsonCarefulValues(counts);
  }

  /**
   * Writes a record at `start`. The arena grows as needed.
   *
   * @param end where the record's allowance for its body and attributes ends.
   * @returns the position behind it, or `NOT_WRITTEN`.
   */
  write(record: ReadableLogRecord, arena: ByteArena, start: number, end: number): number {
    reserve(arena, start, FIXED_FIELDS_BYTES);
    const { hrTime, hrTimeObserved } = record;
    let position = this.#time.write(arena, start, hrTime[0], hrTime[1]);
    if (position < 0) return NOT_WRITTEN;
    position = this.#observedTime.write(arena, position, hrTimeObserved[0], hrTimeObserved[1]);
    if (position < 0) return NOT_WRITTEN;
    position = this.#severity.write(arena, position, record.severityNumber, record.severityText);
    if (position < 0) return NOT_WRITTEN;

    const body: unknown = record.body;
    if (typeof body === 'string') {
      if (position + MAX_BYTES_PER_UNIT * body.length > end) return NOT_WRITTEN;
      position = writeText(arena, writeFragment(arena, position, BODY_TEXT), body);
      arena.view.setInt32(position, QUOTE_BRACE, true);
      position += 2;
    } else if (body !== undefined) {
      position = this.#writeValue(arena, writeFragment(arena, position, BODY), end, body, 0);
      if (position < 0) return NOT_WRITTEN;
    }

    const attributes: unknown = record.attributes;
    if (typeof attributes !== 'object' || attributes === null) return NOT_WRITTEN;
    position = this.#writeAttributes(arena, position, end, attributes);
    if (position < 0) return NOT_WRITTEN;

    reserve(arena, position, FIXED_FIELDS_BYTES);
    const dropped: unknown = record.droppedAttributesCount;
    if (dropped !== 0 && dropped !== undefined) {
      if (typeof dropped !== 'number' || !(dropped >= 1 && dropped <= UINT32_MAX)) return NOT_WRITTEN;
      position = writeInteger(arena, writeFragment(arena, position, DROPPED), Math.trunc(dropped));
    }

    const spanContext: unknown = record.spanContext;
    if (spanContext !== undefined && spanContext !== null) {
      position = this.#ids.write(arena, position, spanContext as NonNullable<ReadableLogRecord['spanContext']>);
    }

    const eventName: unknown = record.eventName;
    if (eventName !== undefined && eventName !== '') {
      if (typeof eventName !== 'string' || eventName.length > MAX_EVENT_NAME_UNITS) return NOT_WRITTEN;
      position = writeText(arena, writeFragment(arena, position, EVENT_NAME), eventName);
      arena.bytes[position] = QUOTE;
      position += 1;
    }
    arena.bytes[position] = BRACE;
    return position + 1;
  }

  #writeAttributes(arena: ByteArena, start: number, end: number, attributes: object): number {
    reserve(arena, start, FIXED_FIELDS_BYTES);
    const listStart = writeFragment(arena, start, ATTRIBUTES);
    const position = this.#writeEntries(arena, listStart, end, attributes, 0);
    if (position < 0) return NOT_WRITTEN;
    if (position === listStart) return start;
    arena.bytes[position] = CLOSE_BRACKET;
    return position + 1;
  }

  /** Writes `[entry,entry` without the closing bracket; nothing for an object without entries. */
  #writeEntries(arena: ByteArena, start: number, end: number, object: object, depth: number): number {
    const values = object as Record<string, unknown>;
    let position = start;
    let previous = depth === 0 ? this.#recordStart : this.#mapStart;
    for (const name in values) {
      if (!Object.prototype.hasOwnProperty.call(values, name)) continue;
      if (position > end) return NOT_WRITTEN;
      reserve(arena, position, ENTRY_BYTES);
      let key = previous.next;
      if (key === undefined || key.name !== name) {
        key = this.#keys.find(name);
        if (key !== undefined) previous.next = key;
      }
      const value = values[name];
      if (key === undefined) {
        position = this.#writeUncachedEntry(arena, position, end, name, value, depth);
      } else {
        position = this.#writeEntry(arena, position, end, key, value, depth);
        previous = key;
      }
      if (position < 0) return NOT_WRITTEN;
    }
    if (position > start) arena.bytes[start] = OPEN_BRACKET;
    return position;
  }

  #writeEntry(arena: ByteArena, start: number, end: number, key: JsonKey, value: unknown, depth: number): number {
    if (typeof value === 'string') {
      if (start + MAX_BYTES_PER_UNIT * value.length > end) return NOT_WRITTEN;
      const position = writeText(arena, writeFragment(arena, start, key.string), value);
      arena.view.setInt32(position, QUOTE_BRACE_BRACE, true);
      return position + 3;
    }
    if (typeof value === 'number') {
      // Almost all numbers of programs are small integers.
      if (((value | 0) === value && value !== 0) || isInt64Number(value)) {
        const position = writeInteger(arena, writeFragment(arena, start, key.integer), value);
        arena.view.setInt32(position, QUOTE_BRACE_BRACE, true);
        return position + 3;
      }
      const position = writeDouble(arena, writeFragment(arena, start, key.double), value);
      arena.view.setInt32(position, BRACE_BRACE, true);
      return position + 2;
    }
    if (typeof value === 'boolean') return writeFragment(arena, start, value ? key.true : key.false);
    const position = this.#writeValue(arena, writeFragment(arena, start, key.other), end, value, depth);
    if (position < 0) return NOT_WRITTEN;
    arena.bytes[position] = BRACE;
    return position + 1;
  }

  #writeUncachedEntry(
    arena: ByteArena,
    start: number,
    end: number,
    name: string,
    value: unknown,
    depth: number,
  ): number {
    if (start + MAX_BYTES_PER_UNIT * name.length > end) return NOT_WRITTEN;
    let position = writeText(arena, writeFragment(arena, start, KEY), name);
    reserve(arena, position, ENTRY_BYTES);
    position = this.#writeValue(arena, writeFragment(arena, position, KEY_END), end, value, depth);
    if (position < 0) return NOT_WRITTEN;
    arena.bytes[position] = BRACE;
    return position + 1;
  }

  /** Writes an AnyValue. Needs room for `ENTRY_BYTES`. */
  #writeValue(arena: ByteArena, start: number, end: number, value: unknown, depth: number): number {
    if (start > end) return NOT_WRITTEN;
    if (typeof value === 'string') {
      if (start + MAX_BYTES_PER_UNIT * value.length > end) return NOT_WRITTEN;
      const position = writeText(arena, writeFragment(arena, start, STRING), value);
      arena.view.setInt32(position, QUOTE_BRACE, true);
      return position + 2;
    }
    if (typeof value === 'number') {
      if (isInt64Number(value)) return writeInt64(arena, start, value);
      const position = writeDouble(arena, writeFragment(arena, start, DOUBLE), value);
      arena.bytes[position] = BRACE;
      return position + 1;
    }
    if (typeof value === 'boolean') return writeFragment(arena, start, value ? TRUE : FALSE);
    if (value === null || value === undefined) return writeFragment(arena, start, EMPTY);
    if (typeof value === 'object') {
      const position = this.#writeObject(arena, start, end, value, depth + 1);
      if (position !== NOT_WRITTEN || depth > 0) return position;
    } else if (depth > 0) {
      return NOT_WRITTEN;
    }
    // Nothing stands around the value that the careful writer would have to know of.
    const careful = this.#careful;
    careful.begin(arena, start, end);
    careful.writeValue(value);
    if (this.#counts.truncated > 0) return NOT_WRITTEN;
    reserve(arena, careful.position, ENTRY_BYTES);
    return careful.position;
  }

  #writeObject(arena: ByteArena, start: number, end: number, value: object, depth: number): number {
    if (depth > MAX_DEPTH) return NOT_WRITTEN;
    if (Array.isArray(value)) return this.#writeArray(arena, start, end, value, depth);
    // Without a prototype it may be anything: a Set stays a Set.
    if (Object.getPrototypeOf(value) !== Object.prototype) return NOT_WRITTEN;
    if ((value as Record<string, unknown>)['toJSON'] !== undefined) return NOT_WRITTEN;
    const listStart = writeFragment(arena, start, MAP);
    const position = this.#writeEntries(arena, listStart, end, value, depth);
    if (position < 0) return NOT_WRITTEN;
    if (position > listStart) return writeFragment(arena, position, COLLECTION_END);
    arena.bytes[listStart] = OPEN_BRACKET;
    return writeFragment(arena, listStart + 1, COLLECTION_END);
  }

  #writeArray(arena: ByteArena, start: number, end: number, items: readonly unknown[], depth: number): number {
    const { length } = items;
    // False for the length of a Proxy that is no number, too.
    if (!(LEAST_ITEM_BYTES * length < end - start)) return NOT_WRITTEN;
    let position = writeFragment(arena, start, ARRAY);
    for (let index = 0; index < length; index += 1) {
      if (index > 0) {
        arena.bytes[position] = COMMA;
        position += 1;
      }
      reserve(arena, position, ENTRY_BYTES);
      position = this.#writeValue(arena, position, end, items[index], depth);
      if (position < 0) return NOT_WRITTEN;
    }
    return writeFragment(arena, position, COLLECTION_END);
  }
}

function writeInt64(arena: ByteArena, start: number, value: number | bigint): number {
  const position = writeInteger(arena, writeFragment(arena, start, INTEGER), value);
  arena.view.setInt32(position, QUOTE_BRACE, true);
  return position + 2;
}
