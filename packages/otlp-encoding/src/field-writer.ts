// SPDX-License-Identifier: Apache-2.0
import type { FieldName, FieldSink, FieldWritingRecord, Utf8Source } from '@logferry/core';
import { EncodedKey, MAX_CACHED_KEY_LENGTH } from './attribute-keys.ts';
import { ByteArena } from './byte-arena.ts';
import { NOT_WRITTEN } from './not-written.ts';
import { closeLength, varintSize, writeVarint } from './protobuf-wire.ts';

const BODY_TAG = 0x2a;
const ATTRIBUTE_TAG = 0x32;
/** Of `AnyValue.string_value`. */
const TEXT_TAG = 0x0a;

/** From so many bytes on, a native copy is faster than four bytes at a time. */
const LONG_TEXT_BYTES = 256;

/** Writes an AnyValue with its length at `start`; gives the position behind it, or `NOT_WRITTEN`. */
export type ValueWriting = (bytes: Buffer, view: DataView, start: number, limit: number, value: unknown) => number;

/** Writes the body and the attributes of a record that hands them over one by one. Texts are copied as they stand. */
export class FieldWriter implements FieldSink {
  readonly #writeValue: ValueWriting;
  #arena: ByteArena = NO_ARENA;
  /** What stands before it has the slack of `FastRecordWriter` behind it. */
  #limit = 0;
  #position = NOT_WRITTEN;

  constructor(writeValue: ValueWriting) {
    this.#writeValue = writeValue;
  }

  /** @returns the position behind the fields, or `NOT_WRITTEN`. */
  write(record: FieldWritingRecord, arena: ByteArena, start: number, limit: number): number {
    if (this.#arena !== arena) this.#arena = arena;
    this.#position = start;
    this.#limit = limit;
    record.writeFieldsTo(this);
    const position = this.#position;
    // A record that keeps the sink reaches no other's bytes with it.
    this.#position = NOT_WRITTEN;
    return position;
  }

  body(value: unknown): void {
    const position = this.#position;
    if (position < 0) return;
    const { bytes, view } = this.#arena;
    bytes[position] = BODY_TAG;
    this.#position = this.#writeValue(bytes, view, position + 1, this.#limit, value);
  }

  bodyText(source: Utf8Source, start: number, end: number): void {
    const position = this.#position;
    const length = end - start;
    if (position < 0 || position + length > this.#limit) {
      this.#position = NOT_WRITTEN;
      return;
    }
    const { bytes, view } = this.#arena;
    bytes[position] = BODY_TAG;
    this.#position = writeTextValue(bytes, view, position + 1, source, start, length);
  }

  attribute(name: FieldName, value: unknown): void {
    const position = this.#position;
    const key = name.encoded instanceof EncodedKey ? name.encoded : encodedKey(name);
    if (position < 0 || position > this.#limit || key === undefined) {
      this.#position = NOT_WRITTEN;
      return;
    }
    const { bytes, view } = this.#arena;
    bytes[position] = ATTRIBUTE_TAG;
    const content = position + 2;
    writeOctets(view, content, key);
    const end = this.#writeValue(bytes, view, content + key.length, this.#limit, value);
    // Negative for NOT_WRITTEN, which is kept.
    const length = end - content;
    if (length >= 0x80) {
      this.#position = closeLength(bytes, content - 1, 1, length);
    } else {
      bytes[content - 1] = length;
      this.#position = end;
    }
  }

  attributeText(name: FieldName, source: Utf8Source, start: number, end: number): void {
    const position = this.#position;
    const length = end - start;
    const key = name.encoded instanceof EncodedKey ? name.encoded : encodedKey(name);
    if (position < 0 || position + length > this.#limit || key === undefined) {
      this.#position = NOT_WRITTEN;
      return;
    }
    const { bytes, view } = this.#arena;
    bytes[position] = ATTRIBUTE_TAG;
    const valueLength = 1 + varintSize(length) + length;
    const content = writeVarint(bytes, position + 1, key.length + varintSize(valueLength) + valueLength);
    writeOctets(view, content, key);
    this.#position = writeTextValue(bytes, view, content + key.length, source, start, length);
  }
}

const NO_ARENA = new ByteArena(0);

/** Undefined where the key is too long for the slack. */
function encodedKey(name: FieldName): EncodedKey | undefined {
  if (name.name.length > MAX_CACHED_KEY_LENGTH) return undefined;
  const key = new EncodedKey(name.name);
  name.encoded = key;
  return key;
}

function writeOctets(view: DataView, start: number, { octets }: EncodedKey): void {
  for (let index = 0; index < octets.length; index += 1) view.setFloat64(start + 8 * index, octets[index]!, true);
}

/** Writes an AnyValue with its length. It may write three bytes more than it takes. */
function writeTextValue(
  bytes: Buffer,
  view: DataView,
  start: number,
  source: Utf8Source,
  from: number,
  length: number,
): number {
  let position = writeVarint(bytes, start, 1 + varintSize(length) + length);
  bytes[position] = TEXT_TAG;
  position = writeVarint(bytes, position + 1, length);
  if (length >= LONG_TEXT_BYTES) {
    bytes.set(source.bytes.subarray(from, from + length), position);
  } else {
    const { view: sourceView } = source;
    for (let index = 0; index < length; index += 4) {
      view.setInt32(position + index, sourceView.getInt32(from + index, true), true);
    }
  }
  return position + length;
}
