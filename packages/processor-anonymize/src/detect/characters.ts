// SPDX-License-Identifier: Apache-2.0

/** Classes of units, as the scan of a text tells them apart. Punctuation and spaces that begin nothing: */
const OTHER = 0;
/** Runs consist of the classes from here to FOLDED: letters, digits, `_` and `-`. */
const LOWER = 1;
export const UPPER = 3;
export const DIGIT = 4;
const HYPHEN = 5;
const UNDERSCORE = 6;
/** Letters beyond ASCII, and all other units from U+00C0 on. */
const WIDE = 7;
/** Units beyond ASCII that decoding may fold to something else, or take away. */
export const FOLDED = 9;
export const COLON = 10;
export const EQUALS = 11;
export const AT = 12;
/** What encodings begin with, what is no part of a text, and what is folded and no letter. */
export const ESCAPING = 14;

/** For every unit, so that one read tells. Texts touch little of it. */
export const CLASSES: Uint8Array = new Uint8Array(0x1_0000).fill(FOLDED);
CLASSES.fill(OTHER, 0, 0xc0);
CLASSES.fill(LOWER, 0x61, 0x7b);
CLASSES.fill(UPPER, 0x41, 0x5b);
CLASSES.fill(DIGIT, 0x30, 0x3a);
CLASSES[0x2d] = HYPHEN;
CLASSES[0x5f] = UNDERSCORE;
CLASSES[0x40] = AT;
CLASSES[0x3a] = COLON;
CLASSES[0x3d] = EQUALS;
// The percent sign, the backslash and the ampersand; control characters and the colours of terminals, which stand between
// what belongs together; the space that does not break, and the soft hyphen.
for (const unit of [0x25, 0x5c, 0x26, 0x7f, 0xa0, 0xad]) CLASSES[unit] = ESCAPING;
CLASSES.fill(ESCAPING, 0, 0x09);
CLASSES.fill(ESCAPING, 0x0e, 0x20);
/** Scripts of letters in which nothing is folded; it is enough to name the common ones. See decode-text.ts. */
const PLAIN_LETTERS: readonly (readonly [first: number, last: number])[] = [
  [0xc0, 0x2ff], // Latin
  [0x370, 0x5ff], // Greek, Cyrillic, Armenian, Hebrew
  [0x2018, 0x2023], // quotation marks, daggers, bullets
  [0x2025, 0x2027],
  [0x2030, 0x205e],
  [0x20a0, 0x20cf], // currencies
  [0x2100, 0x2211], // letter-like, numbers, arrows
  [0x2213, 0x2fff], // signs of mathematics, boxes, symbols, radicals
  [0x3001, 0x3001],
  [0x3003, 0xa4cf], // Japanese, Chinese
  [0xac00, 0xd7ff], // Korean
  [0xd83c, 0xd83d], // the first halves of emoji
  [0xdc00, 0xdfff],
];
for (const [first, last] of PLAIN_LETTERS) CLASSES.fill(WIDE, first, last + 1);

/** Whether a class is one of those that runs consist of. */
export function isInRun(kind: number): boolean {
  return kind !== OTHER && kind <= FOLDED;
}

/** What a run holds, as bits. */
export const LOWERS = 1;
export const UPPERS = 2;
export const DIGITS = 4;
export const HYPHENS = 8;
const UNDERSCORES = 16;
export const WIDES = 32;

/** The bit of each class of a run. */
export const RUN_BITS: Uint8Array = new Uint8Array(16).fill(WIDES);
RUN_BITS[LOWER] = LOWERS;
RUN_BITS[UPPER] = UPPERS;
RUN_BITS[DIGIT] = DIGITS;
RUN_BITS[HYPHEN] = HYPHENS;
RUN_BITS[UNDERSCORE] = UNDERSCORES;

/** Whether a class is that of a lower-case letter of ASCII. */
export function isLower(kind: number): boolean {
  return kind === LOWER;
}

/** The unit at an index; -1, which is of no class, beyond the ends: an engine reads there slowly. */
export function unitAt(text: string, index: number): number {
  return index >= 0 && index < text.length ? text.charCodeAt(index) : -1;
}

/** The control characters of texts: tab, line feed, vertical tab, form feed, carriage return. */
export function isSpace(unit: number): boolean {
  return unit >= 0x09 && unit <= 0x0d;
}

export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

export function isLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Letters, digits and `_`; also every letter beyond ASCII. What stands beyond the ends of a text is none. */
export function isWordUnit(unit: number): boolean {
  return isLetter(unit) || isDigit(unit) || unit === 0x5f || unit > 0xbf;
}

export function isAlphanumeric(unit: number): boolean {
  return isLetter(unit) || isDigit(unit);
}

export function isHexDigit(unit: number): boolean {
  const lower = unit | 0x20;
  return isDigit(unit) || (lower >= 0x61 && lower <= 0x66);
}

/** Whether the unit can be part of base64, of either alphabet. */
export function isBase64Unit(unit: number): boolean {
  const kind = CLASSES[unit]!;
  return (kind !== OTHER && kind !== WIDE && kind < FOLDED) || unit === 0x2b || unit === 0x2f;
}

/** The digits of a text, without what separates them. */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
