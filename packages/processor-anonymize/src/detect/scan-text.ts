// SPDX-License-Identifier: Apache-2.0

/**
 * One pass over the units of a text that looks at nothing but their classes, and calls a bounded matcher where one of
 * them can begin or is held together: at `@`, `:`, `=`, `+`, `(`, at the first digit of a number, at the end of a run
 * of word characters. A matcher reads a fixed number of units, or the scan goes on behind what it read: the time is
 * linear in the text.
 */
import {
  AT,
  BACKSLASH,
  CLASSES,
  COLON,
  DIGIT,
  EQUALS,
  isHexDigit,
  isWordUnit,
  JOINER,
  LETTER,
  OPENING,
  OTHER,
  PERCENT,
  PLUS,
} from './characters.ts';
import { findEmail } from './email.ts';
import { findIpv6 } from './ip-address.ts';
import { findKeyValue } from './key-value.ts';
import { findMacPairs } from './mac-address.ts';
import { findNumber } from './numbers.ts';
import { findE164, findParenthesised } from './phone.ts';
import { findPrivateKey } from './private-key.ts';
import { findInRun } from './runs.ts';
import type { Scan } from './scan-input.ts';
import { findUserInfo } from './url.ts';

/** What a text holds beside what the pass itself can read. */
export const HAS_ESCAPES = 1;
export const HAS_NON_ASCII = 2;
/** A run that is long enough to be base64 of something. */
export const HAS_LONG_RUN = 4;

const LONG_RUN_UNITS = 10;

/** Notes what the text holds as it stands. @returns which encodings may hide more. */
export function scanPlainText(scan: Scan): number {
  const { text } = scan;
  const { length } = text;
  let features = 0;
  let runStart = 0;
  let at = 0;
  while (at <= length) {
    const unit = at < length ? text.charCodeAt(at) : 0x20;
    let kind = OTHER;
    if (unit < 0x80) {
      kind = CLASSES[unit] ?? OTHER;
    } else {
      features |= HAS_NON_ASCII;
      if (isWordUnit(unit)) kind = LETTER;
    }
    if (kind === LETTER || kind === JOINER) {
      at += 1;
      continue;
    }
    if (kind === DIGIT) {
      at = at === runStart || !isWordUnit(text.charCodeAt(at - 1)) ? findNumber(scan, at) : at + 1;
      continue;
    }
    const runLength = at - runStart;
    if (runLength >= 2) {
      if (runLength >= LONG_RUN_UNITS) features |= HAS_LONG_RUN;
      const behind = findInRun(scan, runStart, at);
      if (behind > at) {
        at = behind;
        runStart = behind;
        continue;
      }
    }
    let behind = -1;
    switch (kind) {
      case AT:
        findEmail(scan, at);
        break;
      case COLON:
        behind = atColon(scan, at);
        break;
      case EQUALS:
        behind = findKeyValue(scan, at);
        break;
      case PLUS:
        behind = findE164(scan, at);
        break;
      case OPENING:
        findParenthesised(scan, at);
        break;
      case PERCENT:
        if (isHexDigit(text.charCodeAt(at + 1)) || text[at + 1] === 'u') features |= HAS_ESCAPES;
        break;
      case BACKSLASH:
        features |= HAS_ESCAPES;
        break;
      default:
        // `&` begins a number reference.
        if (unit === 0x26 && text[at + 1] === '#') features |= HAS_ESCAPES;
    }
    at = behind > at ? behind : at + 1;
    runStart = at;
  }
  if (length >= 16 || scan.isCut) findPrivateKeys(scan);
  return features;
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
  return findKeyValue(scan, at);
}

function findPrivateKeys(scan: Scan): void {
  const { text } = scan;
  let at = text.indexOf('-----BEGIN');
  while (at >= 0) {
    const end = findPrivateKey(scan, at);
    at = text.indexOf('-----BEGIN', Math.max(end, at + 10));
  }
  if (!scan.isCut) return;
  const hyphens = text.lastIndexOf('-----');
  if (hyphens >= 0 && text.length - hyphens < 10) findPrivateKey(scan, hyphens);
}
