// SPDX-License-Identifier: Apache-2.0

/**
 * Writes any value as a JSON AnyValue, and lists of attributes, within a limit. Nothing it is given can make it throw,
 * apart from an exhausted call stack.
 *
 * It stops taking items when less than `ITEM_BYTES` are left before the limit. What closes the collections that are open
 * then, a marker in each, may go beyond the limit by `JSON_OVERRUN_BYTES`.
 */
import { CIRCULAR, isInt64Number, ItemList, Marker, type NamedValues, normalizeValue, TRUNCATED } from '@logferry/core';
import type { ByteArena } from './byte-arena.ts';
import type { AttributeList } from './careful-value-writer.ts';
import { cutPosition } from './cut-text.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import { JsonFragment, writeFragment } from './json-fragment.ts';
import { writeDouble, writeInteger } from './json-number.ts';
import { reserve } from './json-room.ts';
import { encodedLengthBound, MAX_BYTES_PER_UNIT, writeText } from './json-text.ts';
import { NestingGuard } from './nesting-guard.ts';

/** An item is begun only when so much is left: it holds the start of any item, and a number, or a marker behind a cut. */
const ITEM_BYTES = 128;

/** At most 47 open collections, each with a marker that takes at most 64 bytes with its brackets; and the innermost item. */
export const JSON_OVERRUN_BYTES: number = 47 * 64 + 2 * ITEM_BYTES;

/** The smallest item of an array is `{},`. */
export const LEAST_ITEM_BYTES = 3;

const STRING = new JsonFragment('{"stringValue":"');
const STRING_END = new JsonFragment('"}');
const TRUE = new JsonFragment('{"boolValue":true}');
const FALSE = new JsonFragment('{"boolValue":false}');
const INTEGER = new JsonFragment('{"intValue":"');
const DOUBLE = new JsonFragment('{"doubleValue":');
const BYTES = new JsonFragment('{"bytesValue":"');
const EMPTY = new JsonFragment('{}');
const ARRAY = new JsonFragment('{"arrayValue":{"values":[');
const MAP = new JsonFragment('{"kvlistValue":{"values":[');
const COLLECTION_END = new JsonFragment(']}}');
const KEY = new JsonFragment('{"key":"');
const KEY_END = new JsonFragment('","value":');
const OPEN_BRACKET = new JsonFragment('[');
const CLOSE_BRACKET = new JsonFragment(']');
const COMMA = new JsonFragment(',');
const BRACE = new JsonFragment('}');

export class JsonCarefulValues {
  /** Where it writes next. */
  position = 0;
  #arena!: ByteArena;
  #limit = 0;
  readonly #guard = new NestingGuard();
  readonly #counts: EncoderCounts;

  constructor(counts: EncoderCounts) {
    this.#counts = counts;
  }

  /** Starts anew. The arena grows as needed. */
  begin(arena: ByteArena, position: number, limit: number): void {
    this.#arena = arena;
    this.#limit = limit;
    this.position = position;
    this.#guard.reset();
  }

  /** Writes ASCII text that is JSON already. */
  writeJson(json: string): void {
    reserve(this.#arena, this.position, json.length);
    this.position += this.#arena.bytes.write(json, this.position, 'latin1');
  }

  writeInteger(value: number | bigint): void {
    this.position = writeInteger(this.#arena, this.position, value);
  }

  /** Writes the inside of a string, cut where the limit or `maxBytes` demands it, with a marker at the cut. */
  writeText(text: string, maxBytes: number = Infinity): void {
    const room = Math.max(Math.min(this.#limit - this.position, maxBytes), ITEM_BYTES);
    if (fits(text, room)) this.position = writeText(this.#arena, this.position, text);
    else this.#writeCutText(text, room);
  }

  /**
   * Writes `[…]` with a KeyValue for each attribute.
   * @returns how many attributes did not fit.
   */
  writeAttributes({ names, valueOf }: AttributeList): number {
    let dropped = 0;
    let separator = OPEN_BRACKET;
    for (const name of names) {
      // Reading what does not fit would only cost time.
      if (this.#hasRoomFor(name)) {
        this.#put(separator);
        this.#writeEntry(name, valueOf(name));
        separator = COMMA;
      } else {
        dropped += 1;
      }
    }
    if (separator === OPEN_BRACKET) this.#put(OPEN_BRACKET);
    this.#put(CLOSE_BRACKET);
    this.#counts.droppedAttributes += dropped;
    return dropped;
  }

  /** Writes an AnyValue, `{…}`. */
  writeValue(value: unknown): void {
    switch (typeof value) {
      case 'string':
        this.#put(STRING);
        this.writeText(value);
        this.#put(STRING_END);
        break;
      case 'boolean':
        this.#put(value ? TRUE : FALSE);
        break;
      case 'number':
        if (isInt64Number(value)) this.#writeInt64(value);
        else {
          this.#put(DOUBLE);
          this.position = writeDouble(this.#arena, this.position, value);
          this.#put(BRACE);
        }
        break;
      default:
        if (value === null || value === undefined) this.#put(EMPTY);
        else this.#writeNormalized(value);
    }
  }

  #put(fragment: JsonFragment): void {
    reserve(this.#arena, this.position, fragment.byteLength);
    this.position = writeFragment(this.#arena, this.position, fragment);
  }

  #writeInt64(value: number | bigint): void {
    this.#put(INTEGER);
    this.writeInteger(value);
    this.#put(STRING_END);
  }

  /** A value that is neither of the above: its form first. */
  #writeNormalized(value: unknown): void {
    const reference = typeof value === 'object' ? value : null;
    if (reference !== null && this.#guard.has(reference)) return this.#writeMarker(CIRCULAR);
    const maxItems = Math.floor(Math.max(this.#limit - this.position, ITEM_BYTES) / LEAST_ITEM_BYTES);
    const form = normalizeValue(value, maxItems);
    if (typeof form === 'bigint') this.#writeInt64(form);
    else if (typeof form !== 'object' || form === null) this.writeValue(form);
    else if (form instanceof Uint8Array) this.#writeByteArray(form);
    else if (Marker.is(form)) this.#writeMarker(form);
    else this.#writeCollection(reference ?? form, form);
  }

  #writeMarker(marker: Marker): void {
    this.#counts.markers += 1;
    this.writeValue(marker.text);
  }

  #writeByteArray(value: Uint8Array): void {
    // Base64 takes four bytes for three.
    const room = Math.floor(Math.max(this.#limit - this.position - ITEM_BYTES, 0) / 4) * 3;
    const kept = Math.min(value.length, room);
    if (kept < value.length) this.#counts.truncated += 1;
    this.#put(BYTES);
    this.writeJson(Buffer.from(value.buffer, value.byteOffset, kept).toString('base64'));
    this.#put(STRING_END);
  }

  #writeCollection(reference: object, form: ItemList | NamedValues): void {
    const marker = this.#guard.enter(reference, form instanceof ItemList ? 'array' : 'map');
    if (marker !== undefined) return this.#writeMarker(marker);
    if (form instanceof ItemList) {
      this.#put(ARRAY);
      this.#writeItems(form);
    } else {
      this.#put(MAP);
      this.#writeEntries(form);
    }
    this.#put(COLLECTION_END);
    this.#guard.leave();
  }

  #writeItems({ items, leftOut }: ItemList): void {
    let written = 0;
    for (const item of items) {
      if (!this.#hasRoom()) break;
      if (written > 0) this.#put(COMMA);
      this.writeValue(item);
      written += 1;
    }
    if (written === items.length && leftOut === 0) return;
    this.#counts.truncated += 1;
    if (written > 0) this.#put(COMMA);
    this.writeValue(TRUNCATED.text);
  }

  #writeEntries({ names, values, leftOut }: NamedValues): void {
    let written = 0;
    for (const name of names) {
      if (!this.#hasRoomFor(name)) break;
      if (written > 0) this.#put(COMMA);
      this.#writeEntry(name, values[written]);
      written += 1;
    }
    const rest = names.length - written + leftOut;
    if (rest === 0) return;
    this.#counts.truncated += 1;
    if (written > 0) this.#put(COMMA);
    this.#writeEntry(TRUNCATED.text, rest);
  }

  #writeEntry(name: string, value: unknown): void {
    this.#put(KEY);
    this.writeText(name);
    this.#put(KEY_END);
    this.writeValue(value);
    this.#put(BRACE);
  }

  #hasRoom(): boolean {
    return this.#limit - this.position >= ITEM_BYTES;
  }

  #hasRoomFor(name: string): boolean {
    return fits(name, this.#limit - this.position - ITEM_BYTES);
  }

  #writeCutText(text: string, room: number): void {
    const end = this.position + room - TRUNCATED.text.length;
    let start = 0;
    while (start < text.length) {
      // So many units fit whatever they are. Most take one byte, so that some 60 rounds fill a megabyte.
      const next = cutPosition(text, start + Math.floor((end - this.position) / MAX_BYTES_PER_UNIT));
      if (next <= start) break;
      this.position = writeText(this.#arena, this.position, text.slice(start, next));
      start = next;
    }
    // The estimate that it does not fit may have been wrong.
    if (start === text.length) return;
    this.#counts.truncated += 1;
    this.writeJson(TRUNCATED.text);
  }
}

function fits(text: string, room: number): boolean {
  return text.length <= room && encodedLengthBound(text, room) <= room;
}
