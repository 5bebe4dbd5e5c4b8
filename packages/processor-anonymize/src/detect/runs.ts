// SPDX-License-Identifier: Apache-2.0

/** What a run of letters, digits, `_` and `-` can be. Called once for each run, when its end is known. */
import * as characters from './characters.ts';
import { isHexDigit, isDigit, isLetter, isWordUnit, unitAt } from './characters.ts';
import { findCredentials } from './authorization.ts';
import { hasContext } from './context.ts';
import { findCryptoAddress } from './crypto-address.ts';
import { findIban } from './iban.ts';
import { findJwt } from './jwt.ts';
import { findFlag } from './key-value.ts';
import { findDottedMac, findMacPairs } from './mac-address.ts';
import { findDni } from './numbers.ts';
import { findPrivateKey } from './private-key.ts';
import { note, type Scan } from './scan-input.ts';
import { canBeginToken, findVendorToken } from './vendor-tokens.ts';

const { DIGITS, HYPHENS, LOWERS, UPPERS } = characters;

/** Prefixes that end with a dot, which ends the run. Those of lower-case letters are found from what follows them. */
const DOTTED_PREFIXES = /^(?:SG|ya29)$/;
const LOWER_PREFIXES: readonly string[] = ['hvs.', 'dp.pt.'];

const NINO = /(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\w-])/iy;
const MBI =
  /[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?![\w-])/iy;

/** @param bits the classes of its units. @returns the position behind what was found, or -1. */
export function findInRun(scan: Scan, start: number, end: number, bits: number): number {
  const { text } = scan;
  const length = end - start;
  const next = unitAt(text, end);
  const first = text.charCodeAt(start);
  if (next === 0x2e && length <= 4 && length >= 2) {
    if (length === 4 && isHexDigit(first) && (bits & ~(DIGITS | LOWERS | UPPERS)) === 0) {
      const mac = findDottedMac(scan, start);
      if (mac > 0) return mac;
    }
    return canBeginToken(text, start) && DOTTED_PREFIXES.test(text.slice(start, end))
      ? findVendorToken(scan, start)
      : -1;
  }
  if (length === 2) return -1;
  if (first === 0x2d && text.charCodeAt(start + 1) === 0x2d && isLetter(text.charCodeAt(start + 2))) {
    return findFlag(scan, start + 2, end);
  }
  if ((bits & DIGITS) !== 0) {
    if (length === 36 && isUuid(text, start)) return findUuid(scan, start, end);
    if (isLetter(first) && length >= 4 && isDigit(text.charCodeAt(start + 2)) && isDigit(text.charCodeAt(start + 3))) {
      const behind = findIban(scan, start);
      if (behind > 0) return behind;
    }
  } else if (next === 0x20 && (length === 5 || length === 6) && isScheme(text.slice(start, end))) {
    return findCredentials(scan, start, end);
  }
  if ((bits & HYPHENS) !== 0) {
    // `-----BEGIN`, also behind something else.
    if (next === 0x20 && length >= 10 && text.charCodeAt(end - 1) === 0x4e && text.startsWith('-----BEGIN', end - 10)) {
      return findPrivateKey(scan, end - 10);
    }
    if (scan.isCut && end === text.length && text.startsWith('-----', end - Math.min(length, 9)))
      return findPrivateKey(scan, start);
  }
  return length >= 9 ? findInLongRun(scan, start, end, bits) : -1;
}

/** Where a token begins of which a run is the last part, behind a prefix with dots; -1 when there is no such prefix. */
export function dottedStart(text: string, run: number): number {
  const last = unitAt(text, run - 2);
  if (last !== 0x73 && last !== 0x74) return -1;
  for (const prefix of LOWER_PREFIXES) {
    const start = run - prefix.length;
    if (start >= 0 && text.startsWith(prefix, start) && !isWordUnit(unitAt(text, start - 1))) return start;
  }
  return -1;
}

function isScheme(word: string): boolean {
  const first = word.charCodeAt(0) | 0x20;
  if (first !== 0x62 && first !== 0x74) return false;
  const lower = word.toLowerCase();
  return lower === 'basic' || lower === 'bearer' || lower === 'token';
}

function findInLongRun(scan: Scan, start: number, end: number, bits: number): number {
  const { text } = scan;
  const length = end - start;
  const first = text.charCodeAt(start);
  if ((bits & DIGITS) !== 0) {
    if (length === 9) {
      if (isLetter(text.charCodeAt(start + 1))) return findNino(scan, start);
      if (isForeigner(first)) findDni(scan, start, end - 1);
      return -1;
    }
    if ((length === 11 || length === 13) && isDigit(first)) findMatching(scan, 'us_mbi', MBI, start, true);
    if (length <= 11 && isForeigner(first) && text.charCodeAt(end - 2) === 0x2d) findDni(scan, start, end - 1);
  }
  if (first === 0x65 && text.charCodeAt(start + 1) === 0x79) return findJwt(scan, start, end);
  if (length < 14) return -1;
  if (length === 17 && text.charCodeAt(start + 2) === 0x2d) return findMacPairs(scan, start);
  if (canBeginToken(text, start)) return findVendorToken(scan, start);
  if ((bits & DIGITS) !== 0) findCryptoAddress(scan, start, end);
  return -1;
}

/** The numbers of foreigners in Spain begin with X, Y or Z. */
function isForeigner(unit: number): boolean {
  const lower = unit | 0x20;
  return lower >= 0x78 && lower <= 0x7a;
}

/** Whether 36 units, of which the first and the last end a run, are a UUID. */
export function isUuid(text: string, start: number): boolean {
  for (let at = 0; at < 36; at += 1) {
    const unit = text.charCodeAt(start + at);
    if (at === 8 || at === 13 || at === 18 || at === 23 ? unit !== 0x2d : !isHexDigit(unit)) return false;
  }
  return true;
}

/** No number or account stands in one, whatever its groups look like. */
function findUuid(scan: Scan, start: number, end: number): number {
  note(scan, 'uuid', start, end);
  return end;
}

/** A National Insurance number of the United Kingdom. */
export function findNino(scan: Scan, start: number): number {
  return findMatching(scan, 'uk_nino', NINO, start, false);
}

function findMatching(
  scan: Scan,
  entity: 'uk_nino' | 'us_mbi',
  pattern: RegExp,
  start: number,
  needsContext: boolean,
): number {
  if (!scan.entities.has(entity)) return -1;
  const { text } = scan;
  pattern.lastIndex = start;
  if (isWordUnit(unitAt(text, start - 1)) || !pattern.test(text)) return -1;
  const end = pattern.lastIndex;
  if (needsContext && !hasContext(scan, entity, start, end)) return -1;
  note(scan, entity, start, end);
  return end;
}
