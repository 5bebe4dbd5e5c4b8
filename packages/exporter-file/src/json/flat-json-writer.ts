// SPDX-License-Identifier: Apache-2.0

/**
 * Writes a record as one flat JSON object: the fields of the record, its attributes under their own names, and chosen
 * attributes of its resource. Texts, numbers and booleans take a short way; any other value, and a value that a path
 * reaches into, is written by `JsonValues`.
 */
import { type NamedValues, normalizeValue, type ReadableLogRecord, THROWS } from '@logferry/core';
import {
  type ByteArena,
  encodedLengthBound,
  escapedText,
  JsonFragment,
  MAX_BYTES_PER_UNIT,
  reserve,
  writeFragment,
  writeInteger,
  writeDouble,
  writeText,
} from '@logferry/otlp-encoding/json-writing';

import { JsonKeys, MAX_CACHED_KEY_UNITS, MAX_KEY_BYTES } from './json-keys.ts';
import type { FieldFilter, ResolvedJsonFormat } from './json-options.ts';
import { isWideOpen, stepFilter } from './json-options.ts';
import { JsonResource } from './json-resource.ts';
import { JsonTime } from './json-time.ts';
import { JsonValues, VALUES_OVERRUN_BYTES } from './json-values.ts';
import type { LineWriter } from './line-encoder.ts';

/** What the fields of a bounded size take. */
const FIXED_FIELDS_BYTES = 4_096;

/** In UTF-16 units; a longer text of these fields is cut. */
const MAX_FIELD_UNITS = 256;

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;

const TRUE = new JsonFragment('true');
const FALSE = new JsonFragment('false');
const DROPPED = new JsonFragment(',"droppedAttributes":');

type Ids = Readonly<Record<'traceId' | 'spanId' | 'traceFlags', JsonFragment | undefined>>;

export class FlatJsonWriter implements LineWriter {
  readonly #allowance: number;
  readonly #time: JsonTime | undefined;
  readonly #bodyStart: JsonFragment | undefined;
  readonly #bodyFilter: FieldFilter;
  readonly #ids: Ids;
  readonly #severity: CachedFields;
  readonly #scope: CachedFields;
  readonly #event: CachedFields;
  readonly #keys: JsonKeys;
  readonly #values = new JsonValues();
  readonly #resource: JsonResource;

  /** @param maxRecordBytes of a line at most, without the resource's part. */
  constructor(format: ResolvedJsonFormat, maxRecordBytes: number) {
    const { filter } = format;
    const allowed = (name: string | undefined): string | undefined =>
      name === undefined || stepFilter(filter, name) === undefined ? undefined : name;
    const { names } = format;
    const start = (name: string | undefined): JsonFragment | undefined => {
      const written = allowed(name);
      return written === undefined ? undefined : new JsonFragment(`,"${escapedText(written)}":`);
    };
    this.#allowance = maxRecordBytes - VALUES_OVERRUN_BYTES - FIXED_FIELDS_BYTES;
    const time = allowed(names.time);
    this.#time = time === undefined ? undefined : new JsonTime(format.timestamps, `,"${escapedText(time)}":`);
    this.#bodyStart = start(names.body);
    this.#bodyFilter = (names.body === undefined ? undefined : stepFilter(filter, names.body)) ?? filter;
    this.#ids = { traceId: start(names.traceId), spanId: start(names.spanId), traceFlags: start(names.traceFlags) };
    this.#severity = new CachedFields(allowed(names.severityText), allowed(names.severityNumber));
    this.#scope = new CachedFields(allowed(names.scopeName), undefined);
    this.#event = new CachedFields(allowed(names.eventName), undefined);
    const taken = Object.values(names).filter((name) => name !== undefined);
    this.#keys = new JsonKeys(filter, new Set([...taken, 'droppedAttributes']));
    this.#resource = new JsonResource(format);
  }

  write(record: ReadableLogRecord, arena: ByteArena, start: number): number {
    reserve(arena, start, FIXED_FIELDS_BYTES);
    const limit = start + this.#allowance;
    let position = this.#writeFields(record, arena, start);
    position = this.#writeBody(read(record, 'body'), arena, position, limit);
    position = this.#writeIds(read(record, 'spanContext'), arena, position);
    position = this.#writeAttributes(record, arena, position, limit);
    if (position === start) {
      reserve(arena, position, 1);
      position += 1;
    }
    // Every field begins with a comma.
    arena.bytes[start] = OPEN_BRACE;
    return position;
  }

  writeResource(resource: unknown, arena: ByteArena, start: number): number {
    const fragment = this.#resource.fragmentOf(resource);
    // An object without fields needs no comma in front of its first one.
    const isEmpty = arena.bytes[start - 1] === OPEN_BRACE;
    const from = isEmpty && fragment.byteLength > 0 ? start - 1 : start;
    reserve(arena, from, fragment.byteLength + 1);
    arena.bytes.set(fragment, from);
    if (from < start) arena.bytes[from] = OPEN_BRACE;
    const position = from + fragment.byteLength;
    arena.bytes[position] = CLOSE_BRACE;
    return position + 1;
  }

  #writeFields(record: ReadableLogRecord, arena: ByteArena, start: number): number {
    let position = start;
    if (this.#time !== undefined) {
      position = this.#time.write(arena, position, read(record, 'hrTime'));
      if (position === start) position = this.#time.write(arena, position, read(record, 'hrTimeObserved'));
    }
    position = this.#severity.write(arena, position, read(record, 'severityText'), read(record, 'severityNumber'));
    const scope = read(record, 'instrumentationScope') as { name?: unknown } | undefined;
    position = this.#scope.write(arena, position, read(scope, 'name'), undefined);
    return this.#event.write(arena, position, read(record, 'eventName'), undefined);
  }

  #writeBody(body: unknown, arena: ByteArena, position: number, limit: number): number {
    if (this.#bodyStart === undefined || body === undefined) return position;
    reserve(arena, position, FIXED_FIELDS_BYTES);
    return this.#writeValue(body, this.#bodyFilter, arena, writeFragment(arena, position, this.#bodyStart), limit);
  }

  #writeIds(context: unknown, arena: ByteArena, start: number): number {
    if (typeof context !== 'object' || context === null) return start;
    reserve(arena, start, FIXED_FIELDS_BYTES);
    const { traceId, spanId, traceFlags } = this.#ids;
    let position = writeId(arena, start, traceId, read(context, 'traceId'), 32);
    position = writeId(arena, position, spanId, read(context, 'spanId'), 16);
    const flags = read(context, 'traceFlags');
    if (traceFlags === undefined || typeof flags !== 'number') return position;
    return writeInteger(arena, writeFragment(arena, position, traceFlags), flags & 0xff);
  }

  #writeAttributes(record: ReadableLogRecord, arena: ByteArena, start: number, limit: number): number {
    const attributes = read(record, 'attributes');
    let dropped = Number(read(record, 'droppedAttributesCount')) || 0;
    let position = start;
    if (typeof attributes === 'object' && attributes !== null) {
      try {
        const values = attributes as Record<string, unknown>;
        for (const name in values) {
          if (!Object.hasOwn(values, name)) continue;
          const end = this.#writeAttribute(name, values[name], arena, position, limit);
          if (end < 0) dropped += 1;
          else position = end;
        }
      } catch {
        position = start;
        const form = normalizeValue(attributes) as Partial<NamedValues>;
        const values = form.values ?? [];
        for (const [index, name] of (form.names ?? []).entries()) {
          const end = this.#writeAttribute(name, values[index], arena, position, limit);
          if (end < 0) dropped += 1;
          else position = end;
        }
      }
    }
    if (dropped <= 0) return position;
    reserve(arena, position, 64);
    return writeInteger(arena, writeFragment(arena, position, DROPPED), Math.min(Math.trunc(dropped), 0xffff_ffff));
  }

  /** @returns -1 where the attribute does not fit. */
  #writeAttribute(name: string, value: unknown, arena: ByteArena, position: number, limit: number): number {
    const key = this.#keys.find(name);
    if (key === undefined) return position;
    const keyBytes = name.length <= MAX_CACHED_KEY_UNITS ? MAX_KEY_BYTES : key.start.byteLength;
    if (position + keyBytes > limit) return -1;
    reserve(arena, position, keyBytes + 64);
    if (typeof value === 'string' && fitsSurely(value, position + keyBytes, limit)) {
      const end = writeText(arena, writeFragment(arena, position, key.textStart), value);
      arena.bytes[end] = QUOTE;
      return end + 1;
    }
    return this.#writeValue(value, key.filter, arena, writeFragment(arena, position, key.start), limit);
  }

  /** Needs room for 64 bytes. */
  #writeValue(value: unknown, filter: FieldFilter, arena: ByteArena, position: number, limit: number): number {
    if (typeof value === 'string' && fitsSurely(value, position + 2, limit)) {
      arena.bytes[position] = QUOTE;
      const end = writeText(arena, position + 1, value);
      arena.bytes[end] = QUOTE;
      return end + 1;
    }
    if (typeof value === 'number') {
      if ((value | 0) === value && value !== 0) return writeInteger(arena, position, value);
      return writeDouble(arena, position, value);
    }
    if (typeof value === 'boolean') return writeFragment(arena, position, value ? TRUE : FALSE);
    const values = this.#values;
    values.begin(arena, position, limit);
    values.writeValue(value, isWideOpen(filter) ? undefined : filter);
    return values.position;
  }
}

/** One or two fields whose values seldom change from record to record. */
class CachedFields {
  readonly #textName: string | undefined;
  readonly #numberName: string | undefined;
  #text: unknown;
  #number: unknown;
  #fragment: JsonFragment = new JsonFragment('');

  constructor(textName: string | undefined, numberName: string | undefined) {
    this.#textName = textName;
    this.#numberName = numberName;
  }

  /** Needs room for the fields. */
  write(arena: ByteArena, position: number, text: unknown, number: unknown): number {
    if (text !== this.#text || number !== this.#number) {
      this.#text = text;
      this.#number = number;
      this.#fragment = new JsonFragment(`${this.#textField(text)}${this.#numberField(number)}`);
    }
    reserve(arena, position, this.#fragment.byteLength);
    return writeFragment(arena, position, this.#fragment);
  }

  #textField(text: unknown): string {
    if (this.#textName === undefined || text === undefined || text === '') return '';
    const value = typeof text === 'string' ? text.slice(0, MAX_FIELD_UNITS).toWellFormed() : THROWS.text;
    return `,"${escapedText(this.#textName)}":"${escapedText(value)}"`;
  }

  #numberField(number: unknown): string {
    if (this.#numberName === undefined || typeof number !== 'number') return '';
    return Number.isInteger(number) && number > 0 && number <= 24
      ? `,"${escapedText(this.#numberName)}":${number}`
      : '';
  }
}

function fitsSurely(text: string, position: number, limit: number): boolean {
  const room = limit - position;
  return text.length * MAX_BYTES_PER_UNIT <= room || encodedLengthBound(text, room) <= room;
}

/** An id that is not valid hex, or all zero, is left out. */
function writeId(
  arena: ByteArena,
  position: number,
  start: JsonFragment | undefined,
  id: unknown,
  digits: number,
): number {
  if (start === undefined || typeof id !== 'string' || id.length !== digits) return position;
  if (!/^[0-9a-f]+$/i.test(id) || /^0+$/.test(id)) return position;
  let at = writeFragment(arena, position, start);
  arena.bytes[at] = QUOTE;
  at = writeText(arena, at + 1, id.toLowerCase());
  arena.bytes[at] = QUOTE;
  return at + 1;
}

/** What throws is a marker. */
function read(object: unknown, key: string): unknown {
  try {
    return (object as Record<string, unknown> | null | undefined)?.[key];
  } catch {
    return THROWS;
  }
}
