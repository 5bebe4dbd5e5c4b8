// SPDX-License-Identifier: Apache-2.0
import { reserve } from './json-room.ts';
import { cutPosition } from './cut-text.ts';
import {
  BACKSLASH,
  QUOTE,
  ESCAPE_GAP_PER_UNIT,
  escapeInPlace,
  findUnsafe,
  findUnsafeAscii,
  hasUnsafeAscii,
  isPlainAscii,
} from './json-escape.ts';
import { ByteArena } from './byte-arena.ts';

/** Up to this length a loop in JavaScript is faster than a call of Buffer's native writer (docs/decisions/json-encoder.md). */
const SHORT_UNITS = 64;

/** Longer texts are written in parts, because each needs room for eight bytes per unit while it is escaped. */
const PART_UNITS = 8192;

/** Raw UTF-8 has at most three bytes per UTF-16 unit, and is moved ahead by the gap when it has to be escaped. */
const ROOM_PER_UNIT = 3 + ESCAPE_GAP_PER_UNIT;

/** The most bytes that a UTF-16 unit takes in a JSON string. */
export const MAX_BYTES_PER_UNIT = 6;

/**
 * A length that the text does not exceed inside a JSON string: exact where all of it is ASCII without controls.
 *
 * @param enough the count may stop beyond this many bytes.
 */
export function encodedLengthBound(text: string, enough: number): number {
  if (text.length * MAX_BYTES_PER_UNIT <= enough) return text.length * MAX_BYTES_PER_UNIT;
  let bound = 0;
  for (let index = 0; index < text.length && bound <= enough; index += 1) {
    const code = text.charCodeAt(index);
    if (isPlainAscii(code)) bound += 1;
    else bound += code === QUOTE || code === BACKSLASH ? 2 : MAX_BYTES_PER_UNIT;
  }
  return bound;
}

/** Writes a text as the inside of a JSON string: escaped, with U+FFFD for lone surrogates. */
export function writeText(arena: ByteArena, position: number, text: string): number {
  return text.length > SHORT_UNITS ? writeLongText(arena, position, text) : writeShortText(arena, position, text);
}

function writeShortText(arena: ByteArena, position: number, text: string): number {
  const units = text.length;
  reserve(arena, position, units);
  const { bytes, view } = arena;
  let index = 0;
  for (; index <= units - 4; index += 4) {
    const first = text.charCodeAt(index);
    const second = text.charCodeAt(index + 1);
    const third = text.charCodeAt(index + 2);
    const fourth = text.charCodeAt(index + 3);
    const word = first | (second << 8) | (third << 16) | (fourth << 24);
    if ((first | second | third | fourth) > 0x7f || hasUnsafeAscii(word)) return writePart(arena, position, text);
    view.setInt32(position + index, word, true);
  }
  for (; index < units; index += 1) {
    const code = text.charCodeAt(index);
    if (!isPlainAscii(code)) return writePart(arena, position, text);
    bytes[position + index] = code;
  }
  return position + units;
}

/** The inside of a JSON string. For texts that are short and kept. */
export function escapedText(text: string): string {
  const arena = new ByteArena(64);
  const end = writeText(arena, 0, text);
  return arena.bytes.toString('utf8', 0, end);
}

function writeLongText(arena: ByteArena, position: number, text: string): number {
  if (text.length <= PART_UNITS) return writePart(arena, position, text);
  let at = position;
  for (let start = 0; start < text.length;) {
    const end = cutPosition(text, start + PART_UNITS);
    at = writePart(arena, at, text.slice(start, end));
    start = end;
  }
  return at;
}

function writePart(arena: ByteArena, position: number, text: string): number {
  const units = text.length;
  reserve(arena, position, units * ROOM_PER_UNIT);
  const { bytes, view } = arena;
  const end = position + bytes.write(text, position);
  const unsafe =
    end - position === units ? findUnsafeAscii(bytes, view, position, end) : findUnsafe(bytes, position, end);
  return unsafe === end ? end : escapeInPlace(bytes, view, unsafe, end, units * ESCAPE_GAP_PER_UNIT);
}
