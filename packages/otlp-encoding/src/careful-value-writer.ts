// SPDX-License-Identifier: Apache-2.0

/**
 * Writes any value as an AnyValue, and lists of attributes, within a limit. Nothing it is given can make it throw, apart
 * from an exhausted call stack.
 *
 * It stops taking items when less than `ITEM_BYTES` are left before the limit. What closes the collections that are open
 * then (a marker in each, and the growth of their lengths) may go beyond the limit by `OVERRUN_BYTES`.
 */
import {
  CIRCULAR,
  isInt64Number,
  ItemList,
  Marker,
  type NamedValues,
  normalizeValue,
  THROWS,
  TRUNCATED,
} from '@logferry/core';
import { writeKey } from './attribute-keys.ts';
import type { ByteArena } from './byte-arena.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import { NestingGuard } from './nesting-guard.ts';
import {
  closeLength,
  MAX_LENGTH_BYTES,
  MAX_UTF8_PER_UNIT,
  writeBytes,
  writeInt64BigInt,
  writeInt64Number,
  writeText,
  writeVarint,
} from './protobuf-wire.ts';

/** An item is begun only when so much is left: it holds the start of any item, and a number, or a marker behind a cut. */
const ITEM_BYTES = 64;

/**
 * At most 47 open collections, each with a marker of at most 32 bytes and lengths that grow by at most 12 bytes; and the
 * innermost item, with the text of the marker that ends it.
 */
export const OVERRUN_BYTES: number = 47 * (32 + 12) + 2 * ITEM_BYTES;

/** Room for a tag, a length or a number, made before each. */
const SMALL_BYTES = 16;

const TRUNCATED_BYTES: Uint8Array = Buffer.from(TRUNCATED.text);

export class CarefulValueWriter {
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

  /** Makes room for `size` bytes. */
  reserve(size: number): void {
    this.#arena.grow(this.position + size, this.position);
  }

  writeByte(byte: number): void {
    this.reserve(1);
    this.#arena.bytes[this.position] = byte;
    this.position += 1;
  }

  /** Writes an unsigned 32-bit integer. */
  writeVarint(value: number): void {
    this.reserve(SMALL_BYTES);
    this.position = writeVarint(this.#arena.bytes, this.position, value);
  }

  /** Writes a string with its length, cut where the limit or `maxBytes` demands it, with a marker at the cut. */
  writeText(text: string, maxBytes: number = Infinity): void {
    const room = Math.max(Math.min(this.#limit - this.position - MAX_LENGTH_BYTES, maxBytes), ITEM_BYTES);
    if (!textFits(text, room)) return this.#writeCutText(text, room);
    this.reserve(Math.min(MAX_UTF8_PER_UNIT * text.length, room) + MAX_LENGTH_BYTES);
    this.position = writeText(this.#arena.bytes, this.position, text);
  }

  /**
   * Writes a list of KeyValue fields with the given tag.
   * @returns how many attributes did not fit.
   */
  writeAttributes(tag: number, { names, valueOf }: AttributeList): number {
    let dropped = 0;
    for (const name of names) {
      // Reading what does not fit would only cost time.
      if (!this.#hasRoomFor(name)) dropped += 1;
      else this.#writeEntry(tag, name, valueOf(name));
    }
    this.#counts.droppedAttributes += dropped;
    return dropped;
  }

  /** Writes an AnyValue with its length. */
  writeValue(value: unknown): void {
    this.reserve(SMALL_BYTES + 1);
    const start = this.position;
    this.position = start + 1;
    this.#writeContent(value);
    this.#close(start);
  }

  #writeContent(value: unknown): void {
    const { bytes, view } = this.#arena;
    const start = this.position;
    switch (typeof value) {
      case 'string':
        this.writeByte(0x0a);
        this.writeText(value);
        break;
      case 'boolean':
        bytes[start] = 0x10;
        bytes[start + 1] = value ? 1 : 0;
        this.position = start + 2;
        break;
      case 'number':
        if (isInt64Number(value)) {
          bytes[start] = 0x18;
          this.position = writeInt64Number(bytes, start + 1, value);
        } else {
          bytes[start] = 0x21;
          view.setFloat64(start + 1, value, true);
          this.position = start + 9;
        }
        break;
      default:
        if (value !== null && value !== undefined) this.#writeNormalized(value);
    }
  }

  /** A value that is neither of the above: its form first. */
  #writeNormalized(value: unknown): void {
    const reference = typeof value === 'object' ? value : null;
    if (reference !== null && this.#guard.has(reference)) return this.#writeMarker(CIRCULAR);
    const form = normalizeValue(value, Math.max(this.#limit - this.position, ITEM_BYTES) >>> 1);
    if (typeof form === 'bigint') {
      this.#arena.bytes[this.position] = 0x18;
      this.position = writeInt64BigInt(this.#arena.bytes, this.position + 1, form);
    } else if (typeof form !== 'object' || form === null) {
      this.#writeContent(form);
    } else if (form instanceof Uint8Array) {
      this.#writeByteArray(form);
    } else if (Marker.is(form)) {
      this.#writeMarker(form);
    } else {
      this.#writeCollection(reference ?? form, form);
    }
  }

  #writeMarker(marker: Marker): void {
    this.#counts.markers += 1;
    this.#writeContent(marker.text);
  }

  #writeByteArray(value: Uint8Array): void {
    const room = Math.max(this.#limit - this.position - MAX_LENGTH_BYTES, 0);
    const part = value.length > room ? value.subarray(0, room) : value;
    if (part !== value) this.#counts.truncated += 1;
    this.writeByte(0x3a);
    this.reserve(part.length + MAX_LENGTH_BYTES);
    this.position = writeBytes(this.#arena.bytes, this.position, part);
  }

  #writeCollection(reference: object, form: ItemList | NamedValues): void {
    const marker = this.#guard.enter(reference, form instanceof ItemList ? 'array' : 'map');
    if (marker !== undefined) return this.#writeMarker(marker);
    this.writeByte(form instanceof ItemList ? 0x2a : 0x32);
    const start = this.position;
    this.writeByte(0);
    if (form instanceof ItemList) this.#writeItems(form);
    else this.#writeEntries(form);
    this.#close(start);
    this.#guard.leave();
  }

  #writeItems({ items, leftOut }: ItemList): void {
    let written = 0;
    for (const item of items) {
      if (!this.#hasRoom()) break;
      this.writeByte(0x0a);
      this.writeValue(item);
      written += 1;
    }
    if (written === items.length && leftOut === 0) return;
    this.#counts.truncated += 1;
    this.writeByte(0x0a);
    this.writeValue(TRUNCATED.text);
  }

  #writeEntries({ names, values, leftOut }: NamedValues): void {
    let written = 0;
    for (const name of names) {
      if (!this.#hasRoomFor(name)) break;
      this.#writeEntry(0x0a, name, values[written]);
      written += 1;
    }
    const rest = names.length - written + leftOut;
    if (rest === 0) return;
    this.#counts.truncated += 1;
    this.#writeEntry(0x0a, TRUNCATED.text, rest);
  }

  #writeEntry(tag: number, name: string, value: unknown): void {
    this.writeByte(tag);
    const start = this.position;
    this.writeByte(0);
    // hasRoomFor saw that the name fits whole.
    this.reserve(MAX_UTF8_PER_UNIT * name.length + SMALL_BYTES);
    this.position = writeKey(this.#arena.bytes, this.position, name);
    this.writeValue(value);
    this.#close(start);
  }

  #hasRoom(): boolean {
    return this.#limit - this.position >= ITEM_BYTES;
  }

  #hasRoomFor(name: string): boolean {
    return textFits(name, this.#limit - this.position - ITEM_BYTES);
  }

  /** Closes the length at `start`, for which one byte was guessed. */
  #close(start: number): void {
    this.reserve(MAX_LENGTH_BYTES);
    this.position = closeLength(this.#arena.bytes, start, 1, this.position - start - 1);
  }

  #writeCutText(text: string, room: number): void {
    this.#counts.truncated += 1;
    this.reserve(room + MAX_LENGTH_BYTES);
    const { bytes } = this.#arena;
    const start = this.position + 1;
    // It writes whole characters only.
    const kept = bytes.write(text, start, room - TRUNCATED_BYTES.length);
    bytes.set(TRUNCATED_BYTES, start + kept);
    this.position = closeLength(bytes, this.position, 1, kept + TRUNCATED_BYTES.length);
  }
}

function textFits(text: string, room: number): boolean {
  if (text.length > room) return false;
  return MAX_UTF8_PER_UNIT * text.length <= room || Buffer.byteLength(text) <= room;
}

/** The names of an object's own attributes, and how to read one: what throws is a marker. */
export interface AttributeList {
  readonly names: readonly string[];
  valueOf(this: void, name: string): unknown;
}

/** Throws what the object's own traps throw. */
export function attributesOf(attributes: unknown): AttributeList {
  const values = attributes as Record<string, unknown>;
  return {
    names: typeof attributes === 'object' && attributes !== null ? Object.keys(attributes) : [],
    valueOf(name) {
      try {
        return values[name];
      } catch {
        return THROWS;
      }
    },
  };
}
