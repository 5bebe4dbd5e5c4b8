// SPDX-License-Identifier: Apache-2.0

/** What a run of letters, digits, `_` and `-` can be. Called once for each run, when its end is known. */
import { isDigit, isHexDigit, isLetter, isWordUnit } from './characters.ts';
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
import { findVendorToken } from './vendor-tokens.ts';

/** Prefixes that end with a dot, which ends the run. */
const DOTTED_PREFIXES = /^(?:SG|ya29|hvs|dp)$/;

const NINO = /(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D](?![\w-])/iy;
const MBI =
  /[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y\d]\d-?[AC-HJKMNP-RT-Y]{2}\d{2}(?![\w-])/iy;
const UUID = /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}(?![\w-])/iy;

/** @returns the position behind what was found, or -1. */
export function findInRun(scan: Scan, start: number, end: number, hasDigits: boolean): number {
  const { text } = scan;
  const length = end - start;
  const next = text.charCodeAt(end);
  const first = text.charCodeAt(start);
  if (next === 0x2e && length <= 4 && length >= 2) {
    if (DOTTED_PREFIXES.test(text.slice(start, end))) return findVendorToken(scan, start);
    if (length === 4 && isHexDigit(first)) return findDottedMac(scan, start);
    return -1;
  }
  if (length === 2) return next === 0x20 && isDigit(text.charCodeAt(end + 1)) ? findNino(scan, start) : -1;
  if (first === 0x2d && text.charCodeAt(start + 1) === 0x2d && isLetter(text.charCodeAt(start + 2))) {
    return findFlag(scan, start + 2, end);
  }
  if (hasDigits && isDigit(text.charCodeAt(start + 2)) && isDigit(text.charCodeAt(start + 3)) && isLetter(first)) {
    // The groups of a UUID pass the check of an account now and then.
    const behind = isUuid(text, start, length) ? -1 : findIban(scan, start);
    if (behind > 0) return behind;
  }
  if (next === 0x20 && (length === 5 || length === 6) && isScheme(text.slice(start, end))) {
    return findCredentials(scan, start, end);
  }
  // `-----BEGIN`, also behind something else.
  if (next === 0x20 && length >= 10 && text.charCodeAt(end - 1) === 0x4e && text.startsWith('-----BEGIN', end - 10)) {
    return findPrivateKey(scan, end - 10);
  }
  if (scan.isCut && end === text.length && text.startsWith('-----', end - Math.min(length, 9)))
    return findPrivateKey(scan, start);
  return length >= 9 ? findInLongRun(scan, start, end, length) : -1;
}

function isUuid(text: string, start: number, length: number): boolean {
  UUID.lastIndex = start;
  return length === 36 && UUID.test(text);
}

function isScheme(word: string): boolean {
  const first = word.charCodeAt(0) | 0x20;
  if (first !== 0x62 && first !== 0x74) return false;
  const lower = word.toLowerCase();
  return lower === 'basic' || lower === 'bearer' || lower === 'token';
}

function findInLongRun(scan: Scan, start: number, end: number, length: number): number {
  const { text } = scan;
  if (length === 9) {
    if (isLetter(text.charCodeAt(start + 1))) return findNino(scan, start);
    if (isLetter(text.charCodeAt(start))) findDni(scan, start, end - 1);
    return -1;
  }
  if (length === 11 || length === 13) findMatching(scan, 'us_mbi', MBI, start, true);
  if (length <= 11 && text[end - 2] === '-' && isLetter(text.charCodeAt(start))) findDni(scan, start, end - 1);
  if (text.charCodeAt(start) === 0x65 && text.charCodeAt(start + 1) === 0x79) return findJwt(scan, start, end);
  if (length < 14) return -1;
  if (length === 17 && text[start + 2] === '-') return findMacPairs(scan, start);
  if (length === 36 && text[start + 8] === '-') findMatching(scan, 'uuid', UUID, start, false);
  const token = findVendorToken(scan, start);
  if (token < 0) findCryptoAddress(scan, start, end);
  return token;
}

/** A National Insurance number of the United Kingdom. */
function findNino(scan: Scan, start: number): number {
  return findMatching(scan, 'uk_nino', NINO, start, false);
}

function findMatching(
  scan: Scan,
  entity: 'uk_nino' | 'us_mbi' | 'uuid',
  pattern: RegExp,
  start: number,
  needsContext: boolean,
): number {
  if (!scan.entities.has(entity)) return -1;
  const { text } = scan;
  pattern.lastIndex = start;
  if (isWordUnit(text.charCodeAt(start - 1)) || !pattern.test(text)) return -1;
  const end = pattern.lastIndex;
  if (needsContext && !hasContext(scan, entity, start, end)) return -1;
  note(scan, entity, start, end);
  return end;
}
