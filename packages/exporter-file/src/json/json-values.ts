// SPDX-License-Identifier: Apache-2.0

/**
 * Writes any value as plain JSON within a limit. What JSON has no form for:
 *
 * | value | written as |
 * |---|---|
 * | NaN, Infinity, -Infinity | the texts `"NaN"`, `"Infinity"`, `"-Infinity"` |
 * | BigInt | a number while exact in a double, otherwise its digits as a text |
 * | Date, URL, RegExp, symbol, function | a text |
 * | Buffer, ArrayBuffer, Uint8Array | base64 |
 * | Map, Set | an object, or an array of pairs where keys are not texts; an array |
 * | Error | `type`, `message`, `stack`, `cause` (the whole chain), `errors`, and its own members |
 * | undefined | null |
 * | cyclic, too deep, throwing, too long | a marker: `[Circular]`, `[MaxDepth]`, `[Throws]`, `[Truncated]` |
 */
import { CIRCULAR, ItemList, Marker, type NamedValues, normalizeValue, TRUNCATED } from '@logferry/core';
import { NestingGuard } from '@logferry/otlp-encoding';
import {
  type ByteArena,
  cutPosition,
  encodedLengthBound,
  MAX_BYTES_PER_UNIT,
  reserve,
  writeDouble,
  writeInteger,
  writeText,
} from '@logferry/otlp-encoding/json-writing';
import { types } from 'node:util';

import { type FieldFilter, isWideOpen, stepFilter } from './json-options.ts';

/** An item is begun only when so much is left: it holds the start of any item, or a marker behind a cut. */
const ITEM_BYTES = 128;

/** At most so many collections are open inside each other, each closed with a marker. */
export const VALUES_OVERRUN_BYTES: number = 47 * 64 + 2 * ITEM_BYTES;

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;

/** A filter that leaves nothing out. */
const EVERYTHING: FieldFilter = { include: undefined, exclude: undefined };

export class JsonValues {
  /** Where it writes next. */
  position = 0;
  #arena!: ByteArena;
  #limit = 0;
  readonly #guard = new NestingGuard();

  /** Starts anew. The arena grows as needed. */
  begin(arena: ByteArena, position: number, limit: number): void {
    this.#arena = arena;
    this.#limit = limit;
    this.position = position;
    this.#guard.reset();
  }

  /** Whether another item may be begun. */
  hasRoom(): boolean {
    return this.#limit - this.position >= ITEM_BYTES;
  }

  /** Writes `"key":`. */
  writeKey(key: string): void {
    this.#writeString(key);
    this.#put(COLON);
  }

  writeValue(value: unknown, filter: FieldFilter = EVERYTHING): void {
    switch (typeof value) {
      case 'string':
        return this.#writeString(value);
      case 'number':
        this.position = writeDouble(this.#arena, this.position, value);
        return undefined;
      case 'boolean':
        return this.#ascii(value ? 'true' : 'false');
      case 'bigint':
        return this.#writeBigInt(value);
      default:
        if (value === null || value === undefined) return this.#ascii('null');
        return this.#writeNormalized(value, filter);
    }
  }

  #writeBigInt(value: bigint): void {
    if (BigInt.asIntN(54, value) === value && value !== -(1n << 53n)) {
      this.position = writeInteger(this.#arena, this.position, value);
      return;
    }
    const text = normalizeValue(value);
    this.#writeString(typeof text === 'string' ? text : String(value));
  }

  #writeNormalized(value: unknown, filter: FieldFilter): void {
    const reference = typeof value === 'object' && value !== null ? value : undefined;
    if (reference !== undefined && this.#guard.has(reference)) return this.#writeString(CIRCULAR.text);
    const form = normalizeValue(value, Math.max(this.#limit - this.position, ITEM_BYTES) >>> 1);
    if (typeof form !== 'object' || form === null) return this.writeValue(form);
    if (Marker.is(form)) return this.#writeString(form.text);
    if (form instanceof Uint8Array) return this.#writeBytes(form);
    const isError = reference !== undefined && types.isNativeError(reference);
    const marker = this.#guard.enter(reference ?? form, form instanceof ItemList ? 'array' : 'map');
    if (marker !== undefined) return this.#writeString(marker.text);
    if (form instanceof ItemList) this.#writeItems(form, filter);
    else this.#writeEntries(form, filter, isError);
    this.#guard.leave();
  }

  #writeItems({ items, leftOut }: ItemList, filter: FieldFilter): void {
    this.#ascii('[');
    let isFirst = true;
    let cut = leftOut > 0;
    for (const [index, item] of items.entries()) {
      if (!this.hasRoom()) {
        cut = true;
        break;
      }
      const below = isWideOpen(filter) ? filter : stepFilter(filter, index);
      if (below === undefined) continue;
      if (!isFirst) this.#put(COMMA);
      isFirst = false;
      this.writeValue(item, below);
    }
    if (cut) {
      if (!isFirst) this.#put(COMMA);
      this.#writeString(TRUNCATED.text);
    }
    this.#ascii(']');
  }

  #writeEntries({ names, values, leftOut }: NamedValues, filter: FieldFilter, isError: boolean): void {
    this.#ascii('{');
    let isFirst = true;
    let rest = leftOut;
    for (const [index, name] of names.entries()) {
      if (!this.#hasRoomFor(name)) {
        rest += names.length - index;
        break;
      }
      const key = isError && name === 'name' ? 'type' : name;
      const below = isWideOpen(filter) ? filter : stepFilter(filter, key);
      if (below === undefined) continue;
      if (!isFirst) this.#put(COMMA);
      isFirst = false;
      this.writeKey(key);
      this.writeValue(values[index], below);
    }
    if (rest > 0) {
      if (!isFirst) this.#put(COMMA);
      this.writeKey(TRUNCATED.text);
      this.writeValue(rest);
    }
    this.#ascii('}');
  }

  #hasRoomFor(name: string): boolean {
    const room = this.#limit - this.position - ITEM_BYTES;
    return name.length <= room && encodedLengthBound(name, room) <= room;
  }

  #writeBytes(bytes: Uint8Array): void {
    // Base64 takes four bytes for three.
    const room = Math.floor(Math.max(this.#limit - this.position - ITEM_BYTES, 0) / 4) * 3;
    const kept = Math.min(bytes.byteLength, room);
    this.#ascii(`"${Buffer.from(bytes.buffer, bytes.byteOffset, kept).toString('base64')}`);
    this.#ascii(kept < bytes.byteLength ? `${TRUNCATED.text}"` : '"');
  }

  /** Cut where the limit demands it, with a marker at the cut. */
  #writeString(text: string): void {
    const room = Math.max(this.#limit - this.position, ITEM_BYTES) - 2;
    this.#put(QUOTE);
    if (text.length <= room && encodedLengthBound(text, room) <= room) {
      this.position = writeText(this.#arena, this.position, text);
    } else {
      this.#writeCut(text, this.position + room - TRUNCATED.text.length);
    }
    this.#put(QUOTE);
  }

  #writeCut(text: string, end: number): void {
    let start = 0;
    while (start < text.length) {
      // So many units fit whatever they are. Most take one byte, so that some 60 rounds fill a megabyte.
      const next = cutPosition(text, start + Math.floor((end - this.position) / MAX_BYTES_PER_UNIT));
      if (next <= start) break;
      this.position = writeText(this.#arena, this.position, text.slice(start, next));
      start = next;
    }
    if (start < text.length) this.#ascii(TRUNCATED.text);
  }

  #put(byte: number): void {
    reserve(this.#arena, this.position, 1);
    this.#arena.bytes[this.position] = byte;
    this.position += 1;
  }

  #ascii(text: string): void {
    reserve(this.#arena, this.position, text.length);
    this.position += this.#arena.bytes.write(text, this.position, 'latin1');
  }
}
