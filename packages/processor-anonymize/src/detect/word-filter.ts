// SPDX-License-Identifier: Apache-2.0

/**
 * Which words may hold something, be a part of it, or begin it, as far as their classes, lengths and neighbours tell. A word
 * that is passed over is one in which the matchers would find nothing.
 */
import { mayBeginText } from './base64-text.ts';
import * as characters from './characters.ts';
import { isDigit, isHexDigit, isLetter } from './characters.ts';
import { canBeginIban } from './iban.ts';
import { isBehindTwoLetters, numberMayHold } from './number-filter.ts';
import type { Scan } from './scan-input.ts';
import { canBeginTokenWith } from './vendor-tokens.ts';
import * as words from './words-and-gaps.ts';

const { DIGITS, HYPHENS, LOWERS, UPPERS, WIDES } = characters;

const { block, bytes, edges, POSITION_BITS, POSITIONS, RUN_MASK } = words;

/** A shorter word is no base64 and no token. */
const LONG_UNITS = 8;
/** Where there is less, no token ends. */
const LEAST_TOKEN_UNITS = 12;

/** @param index that of the edge at which the word begins. @param bits its classes. */
export function wordMayHold(index: number, start: number, end: number, bits: number, scan: Scan): boolean {
  if ((bits & DIGITS) === 0) return lettersMayHold(index, start, end, bits);
  if (scan.contextBits !== 0) return true;
  return bits === DIGITS ? numberMayHold(index, start, end) : mixtureMayHold(index, start, end, bits, scan);
}

/** A word without digits: a flag, the name of a scheme, a prefix or a part of an address, base64, a token, a block. */
function lettersMayHold(index: number, start: number, end: number, bits: number): boolean {
  const length = end - start;
  const next = bytes[end]!;
  const first = bytes[start]!;
  if (length < LONG_UNITS) {
    if (next === 0x2e) {
      if (length === 4) return isHexDigit(first) && lengthOf(index + 2) === 4;
      if (length === 2) return first === 0x53 && bytes[start + 1] === 0x47;
    }
    if (next === 0x20 && (length === 5 || length === 6) && canBeScheme(start)) return true;
    return first === 0x2d;
  }
  if (first === 0x2d) return true;
  if ((bits & HYPHENS) !== 0 && bytes[end - 1] === 0x4e) return true;
  if ((bits & (LOWERS | UPPERS)) === (LOWERS | UPPERS) && mayBeBase64(start, end, bits)) return true;
  return length >= LEAST_TOKEN_UNITS && (canBeginTokenWith(first, bytes[start + 1]!) || isBehindPrefix(start));
}

/** `basic`, `bearer` and `token`, by their first three letters. */
function canBeScheme(start: number): boolean {
  const first = bytes[start]! | 0x20;
  if (first !== 0x62 && first !== 0x74) return false;
  const second = bytes[start + 1]! | 0x20;
  const third = bytes[start + 2]! | 0x20;
  if (first === 0x74) return second === 0x6f && third === 0x6b;
  return (second === 0x61 && third === 0x73) || (second === 0x65 && third === 0x61);
}

/** A word of digits and others. */
function mixtureMayHold(index: number, start: number, end: number, bits: number, scan: Scan): boolean {
  const length = end - start;
  const first = bytes[start]!;
  const next = bytes[end]!;
  const before = start > 0 ? bytes[start - 1]! : 0;
  const isNumberFirst = isDigit(first);
  if (isNumberFirst && before === 0x2b) return true;
  if ((bits & HYPHENS) !== 0) return hyphenatedMayHold(start, end, bits, scan);
  if (next === 0x2e && length === 4 && (first === 0x79 || lengthOf(index + 2) === 4)) return true;
  if (!isNumberFirst && length >= 4 && isDigit(bytes[start + 2]!) && isDigit(bytes[start + 3]!)) {
    if (canBeginIban(first, bytes[start + 1]!)) return true;
  }
  if (length < LONG_UNITS) return length === 7 && isNumberFirst && before === 0x20 && isBehindTwoLetters(index, start);
  if ((bits & (LOWERS | UPPERS)) === (LOWERS | UPPERS) && mayBeBase64(start, end, bits)) return true;
  if (length === 9) return true;
  if (length < LEAST_TOKEN_UNITS) return length === 11 && isNumberFirst && isLetter(bytes[start + 1]!);
  if (canBeginTokenWith(first, bytes[start + 1]!) || isBehindPrefix(start)) return true;
  if (isNumberFirst) {
    if (length === 13) return isLetter(bytes[start + 1]!);
    if (length === 42) return bytes[start + 1] === 0x78;
    return (first === 0x31 || first === 0x33) && length >= 26 && length <= 35;
  }
  return bytes[start + 2] === 0x31 && bytes[start + 1]! % 32 === (first % 32 === 2 ? 3 : 2);
}

/** A word of digits, hyphens and others. */
function hyphenatedMayHold(start: number, end: number, bits: number, scan: Scan): boolean {
  const length = end - start;
  const first = bytes[start]!;
  // Its last digits may be the first ones of an address.
  if (first === 0x2d || (bytes[end] === 0x2e && isDigit(bytes[end + 1]!)) || isBehindPrefix(start)) return true;
  if (length === 36 && isUuid(start)) return scan.hasUuids;
  if (isDigit(first)) {
    if (length < LONG_UNITS) return bytes[end] === 0x20 && isDigit(bytes[end + 1]!);
    return !((length === 10 || length === 13) && (bits & LOWERS) === 0 && isDate(start));
  }
  const second = bytes[start + 1]!;
  if ((bits & (LOWERS | UPPERS)) === (LOWERS | UPPERS) && length >= LONG_UNITS && mayBeBase64(start, end, bits))
    return true;
  if (length >= LEAST_TOKEN_UNITS && canBeginTokenWith(first, second)) return true;
  // Letters and digits of an account or of a foreigner, pairs of an address, and the beginning of a block.
  if (length >= 4 && isDigit(bytes[start + 2]!) && canBeginIban(first, second)) return true;
  if ((first | 0x20) >= 0x78 || bytes[start + 2] === 0x2d || bytes[end - 1] === 0x4e) return true;
  return hasLongNumber(start, end);
}

/** Digits behind a hyphen that can be something where letters stand before: less are a part of a name. */
const LEAST_INNER_DIGITS = 8;

function hasLongNumber(start: number, end: number): boolean {
  let digits = 0;
  for (let at = start + 1; at < end; at += 1) {
    const unit = bytes[at]!;
    if (!isDigit(unit)) digits = 0;
    else if (digits > 0 || bytes[at - 1] === 0x2d) {
      digits += 1;
      if (digits >= LEAST_INNER_DIGITS || (digits === 1 && bytes[at - 2] === 0x2d)) return true;
    }
  }
  return false;
}

function mayBeBase64(start: number, end: number, bits: number): boolean {
  if ((bits & WIDES) !== 0) return true;
  const before = start > 0 ? bytes[start - 1]! : 0;
  const next = bytes[end]!;
  // It goes on beyond the word.
  if (before === 0x2b || before === 0x2f || next === 0x2b || next === 0x2f || next === 0x3d) return true;
  return end - start >= LEAST_TOKEN_UNITS && mayBeginText(start, end);
}

/** Whether a prefix of a token stands before that ends with a dot, `hvs.` and `dp.pt.`. */
function isBehindPrefix(start: number): boolean {
  if (start < 4 || bytes[start - 1] !== 0x2e) return false;
  const last = bytes[start - 2];
  return last === 0x73 || last === 0x74;
}

/** How long the word at an edge is; 0 when there is none. */
function lengthOf(index: number): number {
  return positionOf(edges[index + 1]!) - positionOf(edges[index]!);
}

/** `2026-11-22`, which no number goes on from: of this century and the last one, with a month. */
function isDate(start: number): boolean {
  const century = (bytes[start]! << 8) | bytes[start + 1]!;
  if (century !== 0x3230 && century !== 0x3139) return false;
  if (bytes[start + 4] !== 0x2d || bytes[start + 7] !== 0x2d) return false;
  const tens = bytes[start + 5]!;
  const ones = bytes[start + 6]!;
  const isMonth = tens === 0x30 ? ones > 0x30 && ones <= 0x39 : tens === 0x31 && ones >= 0x30 && ones <= 0x32;
  return (
    isMonth &&
    isDigit(bytes[start + 2]!) &&
    isDigit(bytes[start + 3]!) &&
    isDigit(bytes[start + 8]!) &&
    isDigit(bytes[start + 9]!)
  );
}

function isUuid(start: number): boolean {
  for (let at = 0; at < 36; at += 1) {
    const byte = bytes[start + at]!;
    if (at === 8 || at === 13 || at === 18 || at === 23 ? byte !== 0x2d : !isHexDigit(byte)) return false;
  }
  return true;
}

/** Whether a colon that stands alone is followed by enough others for an address, each behind a word. */
export function isHexChain(index: number): boolean {
  let colons = 1;
  for (let word = index; colons < 5; word += 2) {
    const end = positionOf(edges[word + 1]!);
    if (bytes[end] !== 0x3a) return false;
    // Two together, or what is behind the block.
    if (positionOf(edges[word + 2]!) !== end + 1) return true;
    colons += 1;
  }
  return true;
}

/** Whether the word before a colon is a number, or the hour of `2026-11-22T14:05`: neither is a key. */
export function isClockTime(index: number, colon: number): boolean {
  const end = edges[index - 1]!;
  if (positionOf(end) !== colon) return false;
  const start = positionOf(edges[index - 2]!);
  const bits = bitsOf(end) & RUN_MASK;
  if (bits === DIGITS) return colon - start < 24 && (start > 0 ? bytes[start - 1] !== 0x2e : block.from === 0);
  return (
    colon - start >= 6 &&
    bytes[colon - 3] === 0x54 &&
    isDigit(bytes[colon - 2]!) &&
    isDigit(bytes[colon - 4]!) &&
    bytes[colon - 6] === 0x2d
  );
}

function positionOf(edge: number): number {
  return edge & POSITIONS;
}

function bitsOf(edge: number): number {
  return edge >> POSITION_BITS;
}
