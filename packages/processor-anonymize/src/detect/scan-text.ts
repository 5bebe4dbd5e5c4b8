// SPDX-License-Identifier: Apache-2.0

/**
 * A text is read once, unit by unit, for the places at which something can begin or is held together: `@`, `:`, `=`, the
 * first digit of a number, a capital, a `_` or `-` in a word; see places.ts. Then a bounded matcher looks at each place. It
 * reads a fixed number of units, or the scan goes on behind what it read: the time is linear in the text.
 */
import { base64End, base64Start, mayHoldText } from './base64-text.ts';
import * as characters from './characters.ts';
import { isDigit, isHexDigit, isInRun, isLetter, isWordUnit, unitAt } from './characters.ts';
import { findEmail } from './email.ts';
import { findIpv6 } from './ip-address.ts';
import { findKeyValue } from './key-value.ts';
import { findDottedMac, findMacPairs } from './mac-address.ts';
import { endOfDigits, findNumber } from './numbers.ts';
import { findE164, findParenthesised } from './phone.ts';
import * as noted from './places.ts';
import { dottedStart, findInRun, findNino, isUuid } from './runs.ts';
import type { Scan } from './scan-input.ts';
import { findUserInfo } from './url.ts';
import { canBeginToken, findVendorToken } from './vendor-tokens.ts';
import * as words from './words-and-gaps.ts';

const { findPlaces, found, placeKinds, places } = noted;

const { block, byteRunBits, bytes } = words;
const { AT, CLASSES, COLON, DIGIT, DIGITS, EQUALS, ESCAPING, FOLDED, HYPHENS, LOWERS, RUN_BITS, UPPERS, WIDES } =
  characters;

/** A run from here on can be base64 of something. */
const LONG_RUN_UNITS = 8;

/** Notes what the text holds as it stands. @returns whether encodings may hide more. */
export function scanPlainText(scan: Scan): boolean {
  const { text } = scan;
  const { length } = text;
  let isEncoded = false;
  // What lies before was looked at.
  let done = 0;
  for (let from = 0; from < length;) {
    findPlaces(scan, from);
    const { count, next } = found;
    const first = from;
    for (let index = 0; index < count; index += 1) {
      const at = first + places[index]!;
      const kind = placeKinds[index]!;
      if (kind === FOLDED || kind === ESCAPING) {
        isEncoded ||= kind === FOLDED ? scan.hasDetectors || !isLoneDash(text, at) : isEncodingAt(text, at);
      } else if (at >= done) {
        for (let behind = lookAt(scan, done, at, kind); behind > done;) {
          done = behind;
          // What was found ends inside of a run: the rest of it is one.
          if (isRunGoingOn(text, done)) behind = inRun(scan, done, done);
        }
      }
    }
    from = Math.max(next, done);
  }
  // What may be cut is looked at, whatever it is.
  if (length > 0 && done < length && isInRun(CLASSES[text.charCodeAt(length - 1)]!)) inRun(scan, done, length - 1);
  return isEncoded;
}

function isRunGoingOn(text: string, at: number): boolean {
  return at < text.length && isInRun(CLASSES[text.charCodeAt(at)]!) && isInRun(CLASSES[text.charCodeAt(at - 1)]!);
}

/** What is anchored at a place. @param done what lies before was looked at. @returns the position behind it, or -1. */
function lookAt(scan: Scan, done: number, at: number, kind: number): number {
  switch (kind) {
    case DIGIT:
      return atDigit(scan, done, at);
    case COLON:
      return atColon(scan, at);
    case EQUALS:
      return findKeyValue(scan, at);
    case AT:
      findEmail(scan, at);
      return -1;
    default:
      return inRun(scan, done, at);
  }
}

/** The first digit of a number, or the first one in a word. */
function atDigit(scan: Scan, done: number, at: number): number {
  const { text } = scan;
  const before = at > done ? text.charCodeAt(at - 1) : -1;
  if (before === 0x20) {
    if (isDigit(unitAt(text, at + 1)) && isTwoLetters(text, done, at - 3)) {
      const behind = findNino(scan, at - 3);
      if (behind > at) return behind;
    }
  } else if (before === 0x2b) {
    const behind = findE164(scan, at - 1);
    if (behind > at) return behind;
  } else if (before === 0x28) {
    findParenthesised(scan, at - 1);
  } else if (before >= 0 && isInRun(CLASSES[before]!)) {
    return inRun(scan, done, at);
  }
  const firstEnd = endOfDigits(text, at + 1);
  if (firstEnd < text.length) {
    const next = text.charCodeAt(firstEnd);
    if (isInRun(CLASSES[next]!)) return inRun(scan, at, at);
    if (next === 0x2e && firstEnd - at === 4) {
      const behind = findDottedMac(scan, at);
      if (behind > 0) return behind;
    }
  }
  return findNumber(scan, at, firstEnd);
}

/** Whether two letters that are no part of a word stand somewhere. */
function isTwoLetters(text: string, done: number, start: number): boolean {
  return (
    start >= done &&
    isLetter(text.charCodeAt(start)) &&
    isLetter(text.charCodeAt(start + 1)) &&
    (start === done || !isInRun(CLASSES[text.charCodeAt(start - 1)]!))
  );
}

/** The run of word characters around a place. @returns the position behind it, or behind what was found. */
function inRun(scan: Scan, done: number, at: number): number {
  const { text } = scan;
  const { length } = text;
  const { from, to } = block;
  let bits = 0;
  let start = at;
  let end = at;
  if (at < to) {
    for (const least = Math.max(done, from); start > least; start -= 1) {
      const bit = byteRunBits[bytes[start - 1 - from]!]!;
      if (bit === 0) break;
      bits |= bit;
    }
    for (; end < to; end += 1) {
      const bit = byteRunBits[bytes[end - from]!]!;
      if (bit === 0) break;
      bits |= bit;
    }
  }
  // Beyond the block: seldom, and once for each of its ends.
  if (start <= from) {
    for (; start > done; start -= 1) {
      const kind = CLASSES[text.charCodeAt(start - 1)]!;
      if (!isInRun(kind)) break;
      bits |= RUN_BITS[kind]!;
    }
  }
  if (end >= to) {
    for (; end < length; end += 1) {
      const kind = CLASSES[text.charCodeAt(end)]!;
      if (!isInRun(kind)) break;
      bits |= RUN_BITS[kind]!;
    }
  }
  // Two letters may begin a national insurance number.
  if (end - start < 3 && (bits & DIGITS) === 0 && unitAt(text, end) !== 0x2e) return -1;
  if (start > 3 && text.charCodeAt(start - 1) === 0x2e) {
    const token = dottedStart(text, start);
    const tokenEnd = token >= 0 ? findVendorToken(scan, token) : -1;
    if (tokenEnd >= end) return tokenEnd;
  }
  const behind = (bits & DIGITS) === 0 ? inWord(scan, start, end, bits) : inDigits(scan, start, end, bits);
  return behind > end ? behind : end;
}

/** A run without digits. @returns the position behind what was found, or -1. */
function inWord(scan: Scan, start: number, end: number, bits: number): number {
  const { text } = scan;
  const length = end - start;
  if (length < LONG_RUN_UNITS) {
    const next = unitAt(text, end);
    const first = text.charCodeAt(start);
    // Most short words are no part of anything: what is, is a prefix, a flag, the name of a scheme, or cut.
    return (next === 0x2e && length <= 4) || first === 0x2d || (next === 0x20 && length >= 5 && length <= 6)
      ? findInRun(scan, start, end, bits)
      : -1;
  }
  if ((bits & (LOWERS | UPPERS)) === (LOWERS | UPPERS)) noteBase64(scan, start, (bits & WIDES) === 0 ? end : start);
  const canBegin =
    canBeginToken(text, start) ||
    ((bits & HYPHENS) !== 0 && (text.charCodeAt(start) === 0x2d || text.charCodeAt(end - 1) === 0x4e || scan.isCut));
  return canBegin ? findInRun(scan, start, end, bits) : -1;
}

/** A run with digits, of which some may be numbers. @returns the position behind what was found, or -1. */
function inDigits(scan: Scan, start: number, end: number, bits: number): number {
  const { text } = scan;
  const length = end - start;
  if (length === 36 && isUuid(text, start)) return findInRun(scan, start, end, bits);
  if (isDigit(text.charCodeAt(start))) {
    const behind = findNumber(scan, start, endOfDigits(text, start + 1));
    if (behind > end) return behind;
  }
  if ((bits & HYPHENS) !== 0) {
    for (let at = start + 1; at < end; at += 1) {
      if (text.charCodeAt(at - 1) !== 0x2d || !isDigit(text.charCodeAt(at))) continue;
      const behind = findNumber(scan, at, endOfDigits(text, at + 1));
      if (behind > end) return behind;
      at = behind;
    }
  }
  if (length >= LONG_RUN_UNITS && (bits & (LOWERS | UPPERS)) === (LOWERS | UPPERS))
    noteBase64(scan, start, (bits & WIDES) === 0 ? end : start);
  return findInRun(scan, start, end, bits);
}

/**
 * Notes what may be base64 of a text. `+` and `/` end runs, so that it can begin before this one and go on behind it.
 *
 * @param goesTo up to where all units of the run are of base64.
 */
function noteBase64(scan: Scan, run: number, goesTo: number): void {
  if (run < scan.base64Read) return;
  const { text } = scan;
  const start = base64Start(text, scan.base64Read, run);
  const end = base64End(text, goesTo);
  scan.base64Read = end;
  if (mayHoldText(text, start, end)) scan.base64.push(start, end);
}

/** A dash between spaces: nothing that is looked for goes on across a hyphen there. */
function isLoneDash(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0x2010 && unit <= 0x2015 && unitAt(text, at - 1) === 0x20 && unitAt(text, at + 1) === 0x20;
}

/** What is read as an encoding begins: `&#` a number reference, `%` two digits or `%u`; the others are one by themselves. */
function isEncodingAt(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  if (unit !== 0x25 && unit !== 0x26) return true;
  const next = unitAt(text, at + 1);
  return unit === 0x26 ? next === 0x23 : isHexDigit(next) || (next | 0x20) === 0x75;
}

function atColon(scan: Scan, at: number): number {
  const { text } = scan;
  const next = unitAt(text, at + 1);
  if (next === 0x2f && unitAt(text, at + 2) === 0x2f) return findUserInfo(scan, at);
  const before = unitAt(text, at - 1);
  if (next === 0x3a || (isHexDigit(next) && isHexDigit(before))) {
    if (unitAt(text, at + 3) === 0x3a && unitAt(text, at + 6) === 0x3a && unitAt(text, at + 12) === 0x3a) {
      const mac = findMacPairs(scan, at - 2);
      if (mac > 0) return mac;
    }
    const end = findIpv6(scan, at);
    if (end > 0) return end;
  }
  // What is in front of the colon of a clock time is no key.
  if (isDigit(before) && isNumberBefore(text, at)) return -1;
  return findKeyValue(scan, at);
}

/** Whether the digits before a position are a number, an address or a time, and not the end of a word. */
function isNumberBefore(text: string, end: number): boolean {
  let at = end - 1;
  while (at > 0 && end - at < 24 && isDigitOrDot(text.charCodeAt(at - 1))) at -= 1;
  const before = unitAt(text, at - 1);
  // The hour of `2026-11-22T14:05`.
  if (before === 0x54) return end - at === 2 && isDigit(unitAt(text, at - 2)) && unitAt(text, at - 4) === 0x2d;
  return !isWordUnit(before) && before !== 0x2d;
}

function isDigitOrDot(unit: number): boolean {
  return isDigit(unit) || unit === 0x2e;
}
