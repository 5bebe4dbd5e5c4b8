// SPDX-License-Identifier: Apache-2.0

/**
 * The short way for what most members are: short plain texts, numbers and booleans. It is one function on purpose. It runs
 * for each attribute, and an engine that copied its loops into every caller would fill the processor's instruction cache,
 * which the SDK's own code needs as well (docs/decisions/rotating-files.md).
 */
import {
  type ByteArena,
  hasUnsafeAscii,
  JsonFragment,
  writeDouble,
  writeFragment,
  writeInteger,
} from '@logferry/otlp-encoding/json-writing';

import type { JsonKey } from './json-keys.ts';

/** Longer texts are written by Buffer's native writer, which is faster from there on. */
const SHORT_UNITS = 64;

/** The longest number, what closes a text, and what the last word of a write may spoil behind its end. */
const SPARE_BYTES = 64;

const ASCII_MAX = 0x7f;
const QUOTE = 0x22;
const FOUR_SPACES = 0x20202020;

const TRUE = new JsonFragment('true');
const FALSE = new JsonFragment('false');

/**
 * Writes `,"name":value`.
 *
 * @param end how far may be written: the limit of the record or the end of the memory, whichever comes first.
 * @returns the position behind it; -1 for a value that is to be written in another way, from `position` on.
 */
export function writePlainMember(
  arena: ByteArena,
  position: number,
  end: number,
  key: JsonKey,
  value: unknown,
): number {
  if (typeof value === 'string') {
    const { textStart } = key;
    const from = position + textStart.byteLength;
    const units = value.length;
    if (units > SHORT_UNITS || from + units + SPARE_BYTES > end) return -1;
    const { bytes, view } = arena;
    writeFragment(arena, position, textStart);
    const lastWord = units - 4;
    if (lastWord < 0) {
      let word = FOUR_SPACES;
      for (let index = units - 1; index >= 0; index -= 1) {
        const code = value.charCodeAt(index);
        if (code > ASCII_MAX) return -1;
        word = (word << 8) | code;
      }
      if (hasUnsafeAscii(word)) return -1;
      view.setInt32(from, word, true);
    } else {
      for (let index = 0; index < units; index += 4) {
        // The last word overlaps the one before it.
        if (index > lastWord) index = lastWord;
        const first = value.charCodeAt(index);
        const second = value.charCodeAt(index + 1);
        const third = value.charCodeAt(index + 2);
        const fourth = value.charCodeAt(index + 3);
        const word = first | (second << 8) | (third << 16) | (fourth << 24);
        if ((first | second | third | fourth) > ASCII_MAX || hasUnsafeAscii(word)) return -1;
        view.setInt32(from + index, word, true);
      }
    }
    bytes[from + units] = QUOTE;
    return from + units + 1;
  }
  const { start } = key;
  if (position + start.byteLength + SPARE_BYTES > end) return -1;
  if (typeof value === 'number') {
    const from = writeFragment(arena, position, start);
    return (value | 0) === value && value !== 0 ? writeInteger(arena, from, value) : writeDouble(arena, from, value);
  }
  if (typeof value !== 'boolean') return -1;
  return writeFragment(arena, writeFragment(arena, position, start), value ? TRUE : FALSE);
}
