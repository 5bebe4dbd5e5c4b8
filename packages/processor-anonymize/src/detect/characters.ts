// SPDX-License-Identifier: Apache-2.0

/** Classes of units, as the scan of a text tells them apart. Letters, `_` and `-`, of which runs consist: */
export const WORD = 0;
export const DIGIT = 1;
/** Punctuation and spaces that begin nothing. */
export const OTHER = 2;
export const AT = 3;
export const COLON = 4;
export const EQUALS = 5;
export const PLUS = 6;
export const PERCENT = 7;
/** The backslash, and what is no part of a text. */
export const ESCAPING = 8;
export const OPENING = 9;
export const AMPERSAND = 10;
/** Letters beyond ASCII. */
export const WIDE_WORD = 11;
export const WIDE_OTHER = 12;

/** For every unit, so that one read tells. Texts touch little of it. */
export const CLASSES: Uint8Array = new Uint8Array(0x1_0000).fill(WIDE_WORD);
CLASSES.fill(OTHER, 0, 0x80);
CLASSES.fill(WIDE_OTHER, 0x80, 0xc0);
for (let unit = 0; unit < 0x80; unit += 1) {
  const character = String.fromCharCode(unit);
  if (/[A-Za-z_-]/.test(character)) CLASSES[unit] = WORD;
  else if (/\d/.test(character)) CLASSES[unit] = DIGIT;
}
CLASSES[0x40] = AT;
CLASSES[0x3a] = COLON;
CLASSES[0x3d] = EQUALS;
CLASSES[0x2b] = PLUS;
CLASSES[0x25] = PERCENT;
CLASSES[0x5c] = ESCAPING;
// Control characters and the colours of terminals stand between what belongs together.
for (const unit of Array.from({ length: 0x20 }, (_, control) => control)) if (!isSpace(unit)) CLASSES[unit] = ESCAPING;
CLASSES[0x7f] = ESCAPING;
CLASSES[0x28] = OPENING;
CLASSES[0x26] = AMPERSAND;

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
