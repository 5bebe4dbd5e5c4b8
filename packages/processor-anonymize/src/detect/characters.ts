// SPDX-License-Identifier: Apache-2.0

/** Classes of ASCII units, as the scan of a text tells them apart. */
export const LETTER = 0;
export const DIGIT = 1;
/** `_` and `-`, which stand in words. */
export const JOINER = 2;
const SPACE = 3;
/** Punctuation that begins nothing. */
export const OTHER = 4;
export const AT = 5;
export const COLON = 6;
export const EQUALS = 7;
export const PLUS = 8;
export const PERCENT = 9;
export const BACKSLASH = 10;
export const OPENING = 11;

export const CLASSES: Uint8Array = new Uint8Array(128).fill(OTHER);
for (let unit = 0; unit < 128; unit += 1) {
  const character = String.fromCharCode(unit);
  if (/[A-Za-z]/.test(character)) CLASSES[unit] = LETTER;
  else if (/\d/.test(character)) CLASSES[unit] = DIGIT;
  else if (/\s/.test(character)) CLASSES[unit] = SPACE;
}
CLASSES[0x2d] = JOINER;
CLASSES[0x5f] = JOINER;
CLASSES[0x40] = AT;
CLASSES[0x3a] = COLON;
CLASSES[0x3d] = EQUALS;
CLASSES[0x2b] = PLUS;
CLASSES[0x25] = PERCENT;
CLASSES[0x5c] = BACKSLASH;
CLASSES[0x28] = OPENING;

export function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

export function isLetter(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x7a;
}

/** Letters, digits and `_`; also every letter beyond ASCII. NaN, which stands beyond the ends of a text, is none. */
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
  return isAlphanumeric(unit) || unit === 0x2b || unit === 0x2f || unit === 0x2d || unit === 0x5f;
}

/** The digits of a text, without what separates them. */
export function digitsOf(text: string): string {
  return text.replace(/\D/g, '');
}
