// SPDX-License-Identifier: Apache-2.0

/**
 * The protobuf wire format, written into a buffer that has room. Each function takes the position to write at and
 * returns the one behind what it wrote.
 *
 * A length stands before what it measures and has 1 to 5 bytes. It is guessed, the content is written behind the guess,
 * and `closeLength` moves the content in the rare case that the guess was wrong. The result is always the shortest form.
 */

/**
 * Below this length, in UTF-16 units, a loop over the characters is faster than a call into native code. The native call
 * wins early for texts that were just put together: it also puts their pieces into one, which a loop pays for in each
 * character.
 */
export const SHORT_TEXT = 20;

/** A string takes at most this many bytes of UTF-8 for each UTF-16 unit. */
export const MAX_UTF8_PER_UNIT = 3;

/** What a length prefix takes at most. */
export const MAX_LENGTH_BYTES = 5;

const TWO_POWER_32 = 0x1_0000_0000;

/** Bytes of the varint of an unsigned 32-bit integer. */
export function varintSize(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

/** Writes an unsigned 32-bit integer. */
export function writeVarint(bytes: Uint8Array, position: number, value: number): number {
  let rest = value;
  while (rest > 0x7f) {
    bytes[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  bytes[position++] = rest;
  return position;
}

/** Writes an int64 given as its two unsigned halves. */
function writeVarint64(bytes: Uint8Array, position: number, low: number, high: number): number {
  let lowRest = low;
  let highRest = high;
  while (highRest !== 0 || lowRest > 0x7f) {
    bytes[position++] = (lowRest & 0x7f) | 0x80;
    lowRest = ((lowRest >>> 7) | (highRest << 25)) >>> 0;
    highRest >>>= 7;
  }
  bytes[position++] = lowRest;
  return position;
}

/** Writes a number for which `isInt64Number` holds. */
export function writeInt64Number(bytes: Uint8Array, position: number, value: number): number {
  // Both are exact for any integer within int64, also beyond 2^53: a division by a power of two loses nothing.
  return writeVarint64(bytes, position, value >>> 0, Math.floor(value / TWO_POWER_32) >>> 0);
}

/** Writes a bigint within int64. */
export function writeInt64BigInt(bytes: Uint8Array, position: number, value: bigint): number {
  return writeVarint64(bytes, position, Number(value & 0xffff_ffffn), Number((value >> 32n) & 0xffff_ffffn));
}

/**
 * Writes the length of the content that stands at `position + guessed`, and moves the content when the length does not
 * take `guessed` bytes.
 */
export function closeLength(bytes: Uint8Array, position: number, guessed: number, length: number): number {
  const size = varintSize(length);
  const content = position + guessed;
  if (size !== guessed) bytes.copyWithin(position + size, content, content + length);
  writeVarint(bytes, position, length);
  return position + size + length;
}

/**
 * `Buffer.write` without its checks, which take longer than the writing of a short text. The method is not documented,
 * but many packages (protobufjs among them) have built on it for years.
 */
interface Utf8Writer {
  utf8Write?(text: string, position: number): number;
}

const hasUtf8Write = typeof (Buffer.prototype as Utf8Writer).utf8Write === 'function';

/** Writes a string without its length, and returns how many bytes it took. */
export function writeUtf8(bytes: Buffer, text: string, position: number): number {
  return hasUtf8Write ? (bytes as Utf8Writer).utf8Write!(text, position) : bytes.write(text, position);
}

/**
 * Writes a string with its length. Lone surrogates become U+FFFD.
 * Needs room for its UTF-8 and `MAX_LENGTH_BYTES`: what does not fit is missing.
 */
export function writeText(bytes: Buffer, position: number, text: string): number {
  const units = text.length;
  if (units >= SHORT_TEXT) return writeLongText(bytes, position, text);
  const start = position + 1;
  let seen = 0;
  for (let index = 0; index < units; index += 1) {
    const unit = text.charCodeAt(index);
    bytes[start + index] = unit;
    seen |= unit;
  }
  const length = seen < 0x80 ? units : writeUtf8(bytes, text, start);
  bytes[position] = length;
  return start + length;
}

function writeLongText(bytes: Buffer, position: number, text: string): number {
  const guessed = varintSize(text.length);
  const length = writeUtf8(bytes, text, position + guessed);
  return closeLength(bytes, position, guessed, length);
}

/** Writes bytes with their length. */
export function writeBytes(bytes: Uint8Array, position: number, value: Uint8Array): number {
  const start = writeVarint(bytes, position, value.length);
  bytes.set(value, start);
  return start + value.length;
}
