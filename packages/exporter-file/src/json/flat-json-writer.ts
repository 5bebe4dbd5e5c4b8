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

import { CachedFields } from './cached-fields.ts';
import { JsonKey, JsonKeys } from './json-keys.ts';
import type { FieldFilter, ResolvedJsonFormat } from './json-options.ts';
import { isWideOpen, stepFilter } from './json-options.ts';
import { JsonResource } from './json-resource.ts';
import { JsonTime } from './json-time.ts';
import { JsonValues, VALUES_OVERRUN_BYTES } from './json-values.ts';
import type { LineWriter } from './line-encoder.ts';
import { writePlainMember } from './plain-members.ts';

/** What the fields of a bounded size take. */
const FIXED_FIELDS_BYTES = 4_096;

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
  readonly #body: JsonKey | undefined;
  readonly #ids: Ids;
  readonly #severity: CachedFields;
  readonly #scope: CachedFields;
  readonly #event: CachedFields;
  readonly #keys: JsonKeys;
  /** Stands before the first key of a record. */
  readonly #recordStart = new JsonKey('', '', undefined);
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
    const body = allowed(names.body);
    this.#body =
      body === undefined ? undefined : new JsonKey(body, `,"${escapedText(body)}":`, stepFilter(filter, body));
    this.#ids = { traceId: start(names.traceId), spanId: start(names.spanId), traceFlags: start(names.traceFlags) };
    this.#severity = new CachedFields(allowed(names.severityText), allowed(names.severityNumber));
    this.#scope = new CachedFields(allowed(names.scopeName), undefined);
    this.#event = new CachedFields(allowed(names.eventName), undefined);
    const taken = Object.values(names).filter((name) => name !== undefined);
    this.#keys = new JsonKeys(filter, new Set([...taken, 'droppedAttributes']));
    this.#resource = new JsonResource(format);
  }

  write(record: ReadableLogRecord, arena: ByteArena, start: number): number {
    try {
      return this.#write(record, arena, start);
    } catch {
      // A getter throws.
      return this.#write(readable(record), arena, start);
    }
  }

  #write(record: Fields, arena: ByteArena, start: number): number {
    reserve(arena, start, FIXED_FIELDS_BYTES);
    const limit = start + this.#allowance;
    let position = this.#writeFields(record, arena, start);
    position = this.#writeBody(record.body, arena, position, limit);
    position = this.#writeIds(record.spanContext, arena, position);
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
    const position = writeFragment(arena, from, fragment);
    if (from < start) arena.bytes[from] = OPEN_BRACE;
    arena.bytes[position] = CLOSE_BRACE;
    return position + 1;
  }

  #writeFields(fields: Fields, arena: ByteArena, start: number): number {
    let position = start;
    if (this.#time !== undefined) {
      position = this.#time.write(arena, position, fields.hrTime);
      if (position === start) position = this.#time.write(arena, position, fields.hrTimeObserved);
    }
    position = this.#severity.write(arena, position, fields.severityText, fields.severityNumber);
    position = this.#scope.write(arena, position, fields.instrumentationScope.name, undefined);
    const { eventName } = fields;
    return eventName === undefined ? position : this.#event.write(arena, position, eventName, undefined);
  }

  #writeBody(body: unknown, arena: ByteArena, position: number, limit: number): number {
    const key = this.#body;
    if (key === undefined || body === undefined) return position;
    const end = writePlainMember(arena, position, endOf(arena, limit), key, body);
    if (end >= 0) return end;
    reserve(arena, position, FIXED_FIELDS_BYTES);
    return this.#writeValue(body, key.filter!, arena, writeFragment(arena, position, key.start), limit);
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

  #writeAttributes(fields: Fields, arena: ByteArena, start: number, limit: number): number {
    const { attributes } = fields;
    let dropped = Number(fields.droppedAttributesCount) || 0;
    let position = start;
    if (typeof attributes === 'object' && attributes !== null) {
      try {
        const values = attributes as Record<string, unknown>;
        let previous = this.#recordStart;
        for (const name in values) {
          if (!Object.prototype.hasOwnProperty.call(values, name)) continue;
          let key = previous.next;
          if (key === undefined || key.name !== name) {
            key = this.#keys.find(name);
            previous.next = key;
          }
          previous = key;
          const value = values[name];
          let end = -1;
          if (key.filter !== undefined) end = writePlainMember(arena, position, endOf(arena, limit), key, value);
          if (end < 0) end = this.#writeAttribute(key, value, arena, position, limit);
          if (end < 0) dropped += 1;
          else position = end;
        }
      } catch {
        position = start;
        const form = normalizeValue(attributes) as Partial<NamedValues>;
        const values = form.values ?? [];
        for (const [index, name] of (form.names ?? []).entries()) {
          const end = this.#writeAttribute(this.#keys.find(name), values[index], arena, position, limit);
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
  #writeAttribute(key: JsonKey, value: unknown, arena: ByteArena, position: number, limit: number): number {
    const { filter } = key;
    if (filter === undefined) return position;
    const keyBytes = key.textStart.byteLength;
    if (position + keyBytes > limit) return -1;
    reserve(arena, position, keyBytes + 64);
    return this.#writeValue(value, filter, arena, writeFragment(arena, position, key.start), limit);
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

/** What is read of a record. */
interface Fields {
  readonly hrTime: unknown;
  readonly hrTimeObserved: unknown;
  readonly severityText?: unknown;
  readonly severityNumber?: unknown;
  readonly instrumentationScope: { readonly name: unknown };
  readonly eventName?: unknown;
  readonly body?: unknown;
  readonly spanContext?: unknown;
  readonly attributes: unknown;
  readonly droppedAttributesCount: unknown;
}

/** A record that can be read: what throws is a marker. */
function readable(record: ReadableLogRecord): Fields {
  return {
    hrTime: read(record, 'hrTime'),
    hrTimeObserved: read(record, 'hrTimeObserved'),
    severityText: read(record, 'severityText'),
    severityNumber: read(record, 'severityNumber'),
    instrumentationScope: { name: read(read(record, 'instrumentationScope'), 'name') },
    eventName: read(record, 'eventName'),
    body: read(record, 'body'),
    spanContext: read(record, 'spanContext'),
    attributes: read(record, 'attributes'),
    droppedAttributesCount: read(record, 'droppedAttributesCount'),
  };
}

/** How far may be written without a look at the memory. */
function endOf({ bytes }: ByteArena, limit: number): number {
  return Math.min(limit, bytes.length);
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
