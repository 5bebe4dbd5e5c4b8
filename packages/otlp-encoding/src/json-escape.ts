// SPDX-License-Identifier: Apache-2.0

/**
 * Escapes UTF-8 text inside a JSON string, in place. Escaped is what JSON demands (`"`, `\`, C0) and whatever else could
 * break a line, command a terminal, or reorder or hide text: the characters of core's `escapeUnsafeCharacters`. A JSON
 * parser gives the original text back.
 */

/**
 * The longest escape is six bytes for a text of one byte. Raw bytes that lie this many bytes per UTF-16 unit ahead of the
 * output are therefore read before they are overwritten.
 */
export const ESCAPE_GAP_PER_UNIT = 5;

export const QUOTE = 0x22;
export const BACKSLASH = 0x5c;
const DEL = 0x7f;
const SPACE = 0x20;

/** The highest bit of each byte of a word. */
const NON_ASCII = 0x80808080 | 0;

/** Bytes that need an escape, or may begin a character that does. */
const SUSPECT = new Uint8Array(256);
SUSPECT.fill(1, 0, SPACE);
for (const byte of [QUOTE, BACKSLASH, DEL, 0xc2, 0xd8, 0xe1, 0xe2, 0xef, 0xf3]) SUSPECT[byte] = 1;

const SHORT_ESCAPES = new Uint8Array(128);
for (const [byte, letter] of [
  [QUOTE, '"'],
  [BACKSLASH, '\\'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0c, 'f'],
  [0x0d, 'r'],
] as const) {
  SHORT_ESCAPES[byte] = letter.charCodeAt(0);
}

const HEX_DIGITS = Uint8Array.from(Buffer.from('0123456789abcdef'));

/** Whether an ASCII code stands for itself in a JSON string. */
export function isPlainAscii(code: number): boolean {
  return code >= SPACE && code < DEL && code !== QUOTE && code !== BACKSLASH;
}

/**
 * Whether four ASCII codes, one in each byte of a word, include one that needs an escape. Each sum sets the highest bit
 * of the bytes that pass one check; from bytes below 0x80 nothing is carried into the next byte.
 */
export function hasUnsafeAscii(word: number): boolean {
  const aboveControls = word + 0x60606060;
  const notQuote = (word ^ 0x22222222) + 0x7f7f7f7f;
  const notBackslash = (word ^ 0x5c5c5c5c) + 0x7f7f7f7f;
  const isDel = word + 0x01010101;
  return ((aboveControls & notQuote & notBackslash & ~isDel) | 0x7f7f7f7f) !== -1;
}

/** Where in ASCII the first character that needs an escape may be, four bytes at a time: before it all is plain. */
export function findUnsafeAscii(bytes: Uint8Array, view: DataView, from: number, end: number): number {
  let at = from;
  for (const lastWord = end - 4; at <= lastWord; at += 4) {
    if (hasUnsafeAscii(view.getInt32(at, true))) return at;
  }
  for (; at < end; at += 1) if (!isPlainAscii(bytes[at]!)) return at;
  return end;
}

/** Where the first character that needs an escape begins, or `end`. */
export function findUnsafe(bytes: Uint8Array, from: number, end: number): number {
  for (let at = from; at < end; at += 1) {
    if (SUSPECT[bytes[at]!] !== 0 && unsafeCodePoint(bytes, at) >= 0) return at;
  }
  return end;
}

/**
 * Escapes the bytes from `from` to `end` and returns the new end.
 *
 * @param gap `ESCAPE_GAP_PER_UNIT` for each UTF-16 unit of the text; so much room must be behind `end`.
 */
export function escapeInPlace(bytes: Uint8Array, view: DataView, from: number, end: number, gap: number): number {
  bytes.copyWithin(from + gap, from, end);
  const sourceEnd = end + gap;
  const lastWord = sourceEnd - 4;
  let source = from + gap;
  let position = from;
  while (source < sourceEnd) {
    const word = source <= lastWord ? view.getInt32(source, true) : NON_ASCII;
    if ((word & NON_ASCII) === 0 && !hasUnsafeAscii(word)) {
      view.setInt32(position, word, true);
      position += 4;
      source += 4;
      continue;
    }
    const byte = bytes[source]!;
    const codePoint = SUSPECT[byte] === 0 ? -1 : unsafeCodePoint(bytes, source);
    if (codePoint < 0) {
      bytes[position] = byte;
      position += 1;
      source += 1;
    } else {
      source += utf8Length(codePoint);
      position = writeEscape(bytes, position, codePoint);
    }
  }
  return position;
}

/** The code point at the start of a character, if it needs an escape; otherwise -1. */
function unsafeCodePoint(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return first;
  const second = bytes[at + 1]! & 0x3f;
  if (first < 0xe0) {
    const code = ((first & 0x1f) << 6) | second;
    return (code >= 0x80 && code < 0xa0) || code === 0xad || code === 0x61c ? code : -1;
  }
  const third = bytes[at + 2]! & 0x3f;
  if (first < 0xf0) {
    const code = ((first & 0x0f) << 12) | (second << 6) | third;
    return isUnsafeThreeByteCode(code) ? code : -1;
  }
  const code = ((first & 0x07) << 18) | (second << 12) | (third << 6) | (bytes[at + 3]! & 0x3f);
  return code >= 0xe0000 && code < 0xe0080 ? code : -1;
}

function isUnsafeThreeByteCode(code: number): boolean {
  if (code < 0x2000) return code === 0x180e;
  if (code < 0x2070) return (code >= 0x200b && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e) || code >= 0x2060;
  return code === 0xfeff || (code >= 0xfff9 && code <= 0xfffb);
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

function writeEscape(bytes: Uint8Array, position: number, codePoint: number): number {
  if (codePoint >= 0x10000) {
    const middle = writeUnicodeEscape(bytes, position, 0xd800 + ((codePoint - 0x10000) >> 10));
    return writeUnicodeEscape(bytes, middle, 0xdc00 + (codePoint & 0x3ff));
  }
  const letter = codePoint < 0x80 ? SHORT_ESCAPES[codePoint]! : 0;
  if (letter === 0) return writeUnicodeEscape(bytes, position, codePoint);
  bytes[position] = BACKSLASH;
  bytes[position + 1] = letter;
  return position + 2;
}

function writeUnicodeEscape(bytes: Uint8Array, position: number, unit: number): number {
  bytes[position] = BACKSLASH;
  bytes[position + 1] = 0x75;
  bytes[position + 2] = HEX_DIGITS[unit >> 12]!;
  bytes[position + 3] = HEX_DIGITS[(unit >> 8) & 0xf]!;
  bytes[position + 4] = HEX_DIGITS[(unit >> 4) & 0xf]!;
  bytes[position + 5] = HEX_DIGITS[unit & 0xf]!;
  return position + 6;
}
