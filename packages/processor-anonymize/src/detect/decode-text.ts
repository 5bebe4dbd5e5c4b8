// SPDX-License-Identifier: Apache-2.0

/**
 * One layer of encoding taken off a text, with the way back: percent escapes, backslash escapes (JSON, `\u`, `\x`),
 * HTML number references, fullwidth forms, other scripts' digits, invisible characters and combining marks. Nothing gets
 * longer, so that layers on layers take time linear in the text.
 */
import * as characters from './characters.ts';
import { isHexDigit, isSpace } from './characters.ts';

const { CLASSES, ESCAPING, FOLDED } = characters;

/** A text of which a layer was taken off; good until the next one is on the same layer. */
export class DecodedText {
  text = '';
  #starts = new Int32Array(512);
  #ends = new Int32Array(512);

  /** Where the unit at an index began in the original. */
  startOf(index: number): number {
    return this.#starts[index] ?? 0;
  }

  /** Behind the unit before an index, in the original. */
  endOf(index: number): number {
    return this.#ends[index - 1] ?? 0;
  }

  /** Takes a layer off a text. @returns whether there was anything to decode. */
  decode(text: string): boolean {
    const { length } = text;
    if (length > this.#starts.length) {
      this.#starts = new Int32Array(length);
      this.#ends = new Int32Array(length);
    }
    const starts = this.#starts;
    const ends = this.#ends;
    let decodedText = '';
    let size = 0;
    let plain = 0;
    let at = 0;
    while (at < length) {
      const unit = text.charCodeAt(at);
      const kind = CLASSES[unit]!;
      const decoded =
        kind !== FOLDED && kind !== ESCAPING
          ? undefined
          : unit < 0x80
            ? decodeAscii(text, at, unit)
            : foldUnit(text, at, unit);
      if (decoded === undefined) {
        starts[size] = at;
        at += 1;
        ends[size] = at;
        size += 1;
        continue;
      }
      decodedText += text.slice(plain, at) + decoded.text;
      for (let index = 0; index < decoded.text.length; index += 1) {
        starts[size] = at;
        ends[size] = at + decoded.length;
        size += 1;
      }
      at += decoded.length;
      // What is invisible belongs to the character before it, so that it goes with it.
      if (decoded.text === '' && size > 0) ends[size - 1] = at;
      plain = at;
    }
    if (plain === 0) return false;
    this.text = decodedText + text.slice(plain);
    return true;
  }

  /** Lets go of what a large text took. */
  release(): void {
    this.text = '';
    if (this.#starts.length <= KEPT_UNITS) return;
    this.#starts = new Int32Array(512);
    this.#ends = new Int32Array(512);
  }
}

/** What is kept for the next text. */
const KEPT_UNITS = 65_536;

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: ' ',
  f: ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  "'": "'",
};

interface Decoded {
  readonly text: string;
  /** Units of the original. */
  readonly length: number;
}

function decodeAscii(text: string, at: number, unit: number): Decoded | undefined {
  if (unit < 0x20 || unit === 0x7f) return isSpace(unit) ? undefined : { text: '', length: controlLength(text, at) };
  if (unit === 0x25) return decodePercent(text, at);
  if (unit === 0x5c) return decodeBackslash(text, at);
  if (unit === 0x26 && text.charCodeAt(at + 1) === 0x23) return decodeReference(text, at);
  return undefined;
}

/** The parameters and the end of a control sequence of ECMA-48, such as that of a colour. */
const CONTROL_SEQUENCE = /\[[0-?]{0,32}[ -/]{0,4}[@-~]/y;

/** Units of a control character, with the sequence that it begins. */
function controlLength(text: string, at: number): number {
  if (text.charCodeAt(at) !== 0x1b) return 1;
  CONTROL_SEQUENCE.lastIndex = at + 1;
  return CONTROL_SEQUENCE.test(text) ? CONTROL_SEQUENCE.lastIndex - at : 1;
}

/** `%40`, also several that make one character of UTF-8, and `%u0040`. */
function decodePercent(text: string, at: number): Decoded | undefined {
  if ((text.charCodeAt(at + 1) | 0x20) === 0x75) {
    const unit = hexAt(text, at + 2, 4);
    return unit < 0 ? undefined : { text: String.fromCharCode(unit), length: 6 };
  }
  const first = hexAt(text, at + 1, 2);
  if (first < 0) return undefined;
  const count = first < 0xc2 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 1;
  let point = count === 1 ? first : first & (0x7f >> count);
  for (let index = 1; index < count; index += 1) {
    const byte = text.charCodeAt(at + index * 3) === 0x25 ? hexAt(text, at + index * 3 + 1, 2) : -1;
    if (byte < 0x80 || byte > 0xbf) return { text: String.fromCharCode(first), length: 3 };
    point = (point << 6) | (byte & 0x3f);
  }
  return { text: point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point), length: count * 3 };
}

function decodeBackslash(text: string, at: number): Decoded | undefined {
  const next = text[at + 1] ?? '';
  if (next === 'u') {
    if (text[at + 2] === '{') {
      const end = text.indexOf('}', at + 3) < at + 11 ? text.indexOf('}', at + 3) : -1;
      const point = end < 0 ? -1 : hexAt(text, at + 3, end - at - 3);
      return point < 0 || point > 0x10ffff ? undefined : { text: String.fromCodePoint(point), length: end - at + 1 };
    }
    const unit = hexAt(text, at + 2, 4);
    return unit < 0 ? undefined : { text: String.fromCharCode(unit), length: 6 };
  }
  if (next === 'x') {
    const unit = hexAt(text, at + 2, 2);
    return unit < 0 ? undefined : { text: String.fromCharCode(unit), length: 4 };
  }
  const escaped = ESCAPES[next];
  return escaped === undefined ? undefined : { text: escaped, length: 2 };
}

/** `&#64;` and `&#x40;` */
function decodeReference(text: string, at: number): Decoded | undefined {
  const match = /^&#(?:x([\da-f]{1,6})|(\d{1,7}));/i.exec(text.slice(at, at + 11));
  if (match === null) return undefined;
  const point = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
  return point > 0x10ffff ? undefined : { text: String.fromCodePoint(point), length: match[0].length };
}

function hexAt(text: string, at: number, count: number): number {
  if (count < 1 || at + count > text.length) return -1;
  for (let index = at; index < at + count; index += 1) if (!isHexDigit(text.charCodeAt(index))) return -1;
  return Number.parseInt(text.slice(at, at + count), 16);
}

function foldUnit(text: string, at: number, unit: number): Decoded | undefined {
  if (unit < 0xa0) return undefined;
  if (isInvisible(unit)) return { text: '', length: 1 };
  if (unit >= 0xff01 && unit <= 0xff5e) return { text: String.fromCharCode(unit - 0xfee0), length: 1 };
  if (unit === 0xa0 || (unit >= 0x2000 && unit <= 0x200a) || unit === 0x202f || unit === 0x205f || unit === 0x3000) {
    return { text: ' ', length: 1 };
  }
  if ((unit >= 0x2010 && unit <= 0x2015) || unit === 0x2212 || unit === 0xfe63) return { text: '-', length: 1 };
  if (unit === 0x2024 || unit === 0x3002) return { text: '.', length: 1 };
  if (unit === 0xfe6b) return { text: '@', length: 1 };
  if (unit >= 0x660) return foldDigit(text, at, unit);
  return undefined;
}

const DIGIT_PATTERN = /\p{Nd}/u;

/** The value of a decimal digit of any script, from its place in its block of ten. */
function foldDigit(text: string, at: number, unit: number): Decoded | undefined {
  const isPair = unit >= 0xd800 && unit < 0xdc00;
  // Letters of the large scripts first: they are what texts consist of.
  if (!isPair && (unit < 0x660 || (unit > 0x1c59 && unit < 0xa620) || (unit >= 0xac00 && unit < 0xff10)))
    return undefined;
  const point = text.codePointAt(at) ?? 0;
  const character = String.fromCodePoint(point);
  if (isPair && point >= 0xe0000 && point <= 0xe01ef) return { text: '', length: 2 };
  if (!DIGIT_PATTERN.test(character)) return undefined;
  if (point >= 0x1d7ce && point <= 0x1d7ff) return { text: String((point - 0x1d7ce) % 10), length: 2 };
  let zero = point;
  while (point - zero < 9 && DIGIT_PATTERN.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return { text: String(point - zero), length: character.length };
}

function isInvisible(unit: number): boolean {
  return (
    unit === 0xad ||
    (unit >= 0x300 && unit <= 0x36f) ||
    unit === 0x61c ||
    (unit >= 0x180b && unit <= 0x180f) ||
    (unit >= 0x200b && unit <= 0x200f) ||
    (unit >= 0x202a && unit <= 0x202e) ||
    (unit >= 0x2060 && unit <= 0x206f) ||
    (unit >= 0x20d0 && unit <= 0x20ff) ||
    (unit >= 0xfe00 && unit <= 0xfe0f) ||
    unit === 0xfeff
  );
}
