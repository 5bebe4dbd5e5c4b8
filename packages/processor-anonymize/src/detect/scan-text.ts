// SPDX-License-Identifier: Apache-2.0

/**
 * One pass over the units of a text that looks at nothing but their classes, and calls a bounded matcher where one of
 * them can begin or is held together: at `@`, `:`, `=`, `+`, `(`, at the first digit of a number, at the end of a run
 * of word characters. A matcher reads a fixed number of units, or the scan goes on behind what it read: the time is
 * linear in the text.
 */
import {
  AMPERSAND,
  AT,
  CLASSES,
  COLON,
  DIGIT,
  EQUALS,
  ESCAPING,
  isDigit,
  isHexDigit,
  isWordUnit,
  OPENING,
  OTHER,
  PERCENT,
  PLUS,
  WIDE_OTHER,
  WIDE_WORD,
  WORD,
} from './characters.ts';
import { findEmail } from './email.ts';
import { findIpv6 } from './ip-address.ts';
import { findKeyValue } from './key-value.ts';
import { findMacPairs } from './mac-address.ts';
import { findNumber } from './numbers.ts';
import { findE164, findParenthesised } from './phone.ts';
import { findInRun } from './runs.ts';
import type { Scan } from './scan-input.ts';
import { findUserInfo } from './url.ts';

/** What a text holds beside what the pass itself can read. */
const HAS_ESCAPES = 1;
const HAS_NON_ASCII = 2;

/** A run from here on can be base64 of something. */
const LONG_RUN_UNITS = 8;

/** Notes what the text holds as it stands. @returns which encodings may hide more. */
export function scanPlainText(scan: Scan): number {
  const { text } = scan;
  const { length } = text;
  let features = 0;
  let runStart = 0;
  let hasDigits = false;
  let at = 0;
  while (at <= length) {
    // Behind the end stands what ends a run.
    const unit = at < length ? text.charCodeAt(at) : 0x20;
    const kind = CLASSES[unit]!;
    if (kind === WORD) {
      at += 1;
      continue;
    }
    if (kind === DIGIT) {
      hasDigits = true;
      if (at === runStart || !isWordUnit(text.charCodeAt(at - 1))) {
        at = findNumber(scan, at);
      } else {
        // In a word, or behind what can't be a number.
        do at += 1;
        while (isDigit(text.charCodeAt(at)));
      }
      continue;
    }
    if (kind >= WIDE_WORD) {
      features |= HAS_NON_ASCII;
      if (kind === WIDE_WORD) {
        at += 1;
        continue;
      }
    }
    const runLength = at - runStart;
    let behind = -1;
    if (runLength >= 2) {
      if (runLength >= LONG_RUN_UNITS) noteLongRun(scan, runStart, at);
      if (hasDigits || runLength >= 9 || canMean(text, runStart, runLength, unit)) {
        behind = findInRun(scan, runStart, at, hasDigits);
      }
    }
    hasDigits = false;
    if (behind > at) {
      at = behind;
      runStart = behind;
      continue;
    }
    if (kind > OTHER && kind < WIDE_OTHER) {
      if (kind >= PERCENT && kind !== OPENING) features |= encodingAt(text, at, kind);
      else behind = findAt(scan, at, kind);
    }
    at = behind > at ? behind : at + 1;
    runStart = at;
  }
  return features;
}

/** What is anchored at a character. @returns the position behind it, or -1. */
function findAt(scan: Scan, at: number, kind: number): number {
  switch (kind) {
    case COLON:
      return atColon(scan, at);
    case EQUALS:
      return findKeyValue(scan, at);
    case AT:
      findEmail(scan, at);
      return -1;
    case PLUS:
      return findE164(scan, at);
    default:
      findParenthesised(scan, at);
      return -1;
  }
}

function encodingAt(text: string, at: number, kind: number): number {
  if (kind === ESCAPING) return HAS_ESCAPES;
  // `&` begins a number reference, `%` two digits or `%u`.
  if (kind === AMPERSAND) return text.charCodeAt(at + 1) === 0x23 ? HAS_ESCAPES : 0;
  return isHexDigit(text.charCodeAt(at + 1)) || (text.charCodeAt(at + 1) | 0x20) === 0x75 ? HAS_ESCAPES : 0;
}

/** Most short words without digits are no part of anything; what stands behind them tells. */
function canMean(text: string, start: number, length: number, next: number): boolean {
  // `SG.` and the like.
  if (next === 0x2e) return length <= 4;
  if (next !== 0x20) return false;
  // A national insurance number, a flag, the name of a scheme.
  if (length === 2) return isDigit(text.charCodeAt(start + 3));
  const first = text.charCodeAt(start) | 0x20;
  return first === 0x2d || (length >= 5 && length <= 6 && (first === 0x62 || first === 0x74));
}

/** Notes where base64 may begin: texts in base64 have letters of both cases. */
function noteLongRun(scan: Scan, start: number, end: number): void {
  const { text, longRuns } = scan;
  let seen = 0;
  for (let at = start; at < end && at < start + 48 && seen !== 3; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x61 && unit <= 0x7a) seen |= 1;
    else if (unit >= 0x41 && unit <= 0x5a) seen |= 2;
  }
  if (seen === 3) longRuns.push(start);
}

function atColon(scan: Scan, at: number): number {
  const { text } = scan;
  const next = text.charCodeAt(at + 1);
  if (next === 0x2f && text.charCodeAt(at + 2) === 0x2f) return findUserInfo(scan, at);
  const before = text.charCodeAt(at - 1);
  if (next === 0x3a || (isHexDigit(next) && isHexDigit(before))) {
    if (text[at + 3] === ':' && text[at + 6] === ':' && text[at + 12] === ':') {
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

/** Whether the digits before a position are a number, and not the end of a word. */
function isNumberBefore(text: string, end: number): boolean {
  let at = end - 1;
  while (end - at < 24 && isDigit(text.charCodeAt(at - 1))) at -= 1;
  const before = text.charCodeAt(at - 1);
  return !isWordUnit(before) && before !== 0x2d && before !== 0x2e;
}
