// SPDX-License-Identifier: Apache-2.0

/**
 * Numbers that are written with digits: cards, phones, identity numbers, addresses, coordinates. A candidate is up to six
 * groups of digits with one kind of separator between; it is read once for each group, within a fixed number of units.
 */
import type { EntityName } from '../entities.ts';
import { digitsOf, isDigit, isLetter, isWordUnit, unitAt } from './characters.ts';
import { isAadhaar, isBsn, isCpf, isDni, isNhsNumber, isNir, isNpi, isPesel, passesLuhnAt } from './checksums.ts';
import { contextBits, hasContext, possibleContext } from './context.ts';
import { findIpv4 } from './ip-address.ts';
import { canBeginPaymentCard, isPaymentCard } from './payment-card.ts';
import { findPhone } from './phone.ts';
import { note, type Scan } from './scan-input.ts';

const MAX_GROUPS = 8;
const MAX_DIGITS = 20;

/** The groups of the candidate that is being read. */
const ends = new Int32Array(MAX_GROUPS);
const lengths = new Int32Array(MAX_GROUPS);

/** Which identity numbers have so many digits, and their checks. All need context. */
const IDENTITIES: Readonly<Record<number, readonly (readonly [EntityName, (digits: string) => boolean])[]>> = {
  9: [['nl_bsn', isBsn]],
  10: [
    ['uk_nhs', isNhsNumber],
    ['us_npi', isNpi],
  ],
  11: [
    ['pl_pesel', isPesel],
    ['br_cpf', isCpf],
  ],
  12: [['in_aadhaar', isAadhaar]],
  15: [['fr_nir', isNir]],
};

/** What a number that stands alone can be where there is context for it, by how many digits it has. */
const CONTEXT_OF_LENGTH: readonly number[] = Array.from({ length: MAX_DIGITS + 1 }, (_, length) =>
  contextBits([
    ...(IDENTITIES[length] ?? []).map(([entity]) => entity),
    ...(length === 9 ? ['us_ssn'] : []),
    ...(length >= 7 && length <= 15 ? ['phone'] : []),
  ]),
);

const PHONE_CONTEXT: number = contextBits(['phone']);

/**
 * Looks at the number that begins at `start`, a digit with no word character before it, and whose first group ends at
 * `firstEnd`.
 * @returns the position behind its first group, or behind an address.
 */
export function findNumber(scan: Scan, start: number, firstEnd: number): number {
  const { text } = scan;
  const { length } = text;
  const first = firstEnd - start;
  if (first > MAX_DIGITS) return firstEnd;
  const next = firstEnd < length ? text.charCodeAt(firstEnd) : -1;
  const isSeparated =
    (next === 0x20 || next === 0x2d || next === 0x2e) &&
    firstEnd + 1 < length &&
    isDigit(text.charCodeAt(firstEnd + 1));
  if (isSeparated) {
    if (next === 0x2e && first <= 3) {
      if (findCoordinates(scan, start, firstEnd)) return firstEnd;
      const end = findIpv4(scan, start);
      if (end > 0) return end;
    }
    const groups = readGroups(text, start, firstEnd, next);
    if (groups === 1) {
      if (first >= 9 || scan.contextBits !== 0) findDigits(scan, start, firstEnd);
    } else if (!isContinued(text, start)) {
      findGroups(scan, start, groups, next);
    }
    if (scan.isCut && ends[groups - 1] === length) findCutCard(scan, start);
    return firstEnd;
  }
  // Most numbers stand alone and are short.
  if (isWordUnit(next)) {
    if (first === 8 && isLetter(next)) findDni(scan, start, firstEnd);
    return firstEnd;
  }
  if (first === 8 && next === 0x2d && isLetter(unitAt(text, firstEnd + 1))) findDni(scan, start, firstEnd + 1);
  if (first >= 9 || scan.contextBits !== 0) findDigits(scan, start, firstEnd);
  if (scan.isCut && firstEnd === length) findCutCard(scan, start);
  return firstEnd;
}

/** Behind the digits from a position on. */
export function endOfDigits(text: string, from: number): number {
  const { length } = text;
  let end = from;
  while (end < length && isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

/** Reads groups with the same separator between, which is a space, a hyphen or a dot. */
function readGroups(text: string, start: number, firstEnd: number, separator: number): number {
  const { length } = text;
  ends[0] = firstEnd;
  lengths[0] = firstEnd - start;
  let groups = 1;
  let at = firstEnd;
  while (groups < MAX_GROUPS && at < length && text.charCodeAt(at) === separator) {
    const from = at + 1;
    at = from;
    while (at < length && at - from <= MAX_DIGITS && isDigit(text.charCodeAt(at))) at += 1;
    if (at === from || isWordUnit(unitAt(text, at))) break;
    ends[groups] = at;
    lengths[groups] = at - from;
    groups += 1;
  }
  return groups;
}

/** Whether a number with a hyphen or dot stands right before: then this is the middle of something longer. */
function isContinued(text: string, start: number): boolean {
  if (start < 2) return false;
  const before = text.charCodeAt(start - 1);
  return (before === 0x2d || before === 0x2e) && isWordUnit(text.charCodeAt(start - 2));
}

function findGroups(scan: Scan, start: number, groups: number, separator: number): void {
  const isDotted = separator === 0x2e;
  let total = lengths[0]!;
  for (let count = 2; count <= groups; count += 1) {
    total += lengths[count - 1]!;
    if (total > MAX_DIGITS) break;
    // Behind spaces an expiry date or another column may follow, so that the first groups alone count as well.
    if (total < 7 || (count < groups && separator !== 0x20)) continue;
    const end = ends[count - 1]!;
    if (total >= 12 && !isDotted && isCardShape(count)) findCard(scan, start, end, total);
    if (isDotted ? isShape(count, 3, 3, 3) : isShape(count, 3, 2, 4)) findShaped(scan, start, end, isDotted);
    else if (isShape(count, 3, 3, 4) || isShape(count, 4, 4, 4) || (total === 15 && lengths[0] === 1)) {
      if ((possibleContext(scan, start, end) & CONTEXT_OF_LENGTH[total]!) !== 0)
        findIdentity(scan, start, end, digitsOf(scan.text.slice(start, end)));
    }
    // Longer first groups are no area codes, but times and counts.
    if (total <= 15 && lengths[0]! <= 5 && (possibleContext(scan, start, end) & PHONE_CONTEXT) !== 0)
      findPhone(scan, start, end);
  }
  // A group alone may be a whole number beside others.
  if (separator === 0x20 && lengths[0]! >= 9) findDigits(scan, start, ends[0]!);
}

function findShaped(scan: Scan, start: number, end: number, isDotted: boolean): void {
  const digits = digitsOf(scan.text.slice(start, end));
  if (isDotted) findDottedCpf(scan, start, end, digits);
  else findSsn(scan, start, end, digits, false);
}

/** Cards are written in groups of four to six digits, the first of four; the last may be shorter. */
function isCardShape(count: number): boolean {
  if (lengths[0] !== 4) return false;
  for (let index = 1; index < count - 1; index += 1) if (lengths[index]! < 4 || lengths[index]! > 6) return false;
  return true;
}

function isShape(count: number, first: number, second: number, third: number): boolean {
  return count === 3 && lengths[0] === first && lengths[1] === second && lengths[2] === third;
}

/** A number without separators. */
function findDigits(scan: Scan, start: number, end: number): void {
  const length = end - start;
  if (length >= 12 && length <= 19) findCard(scan, start, end, length);
  const bits = CONTEXT_OF_LENGTH[length]!;
  if (bits !== 0 && (possibleContext(scan, start, end) & bits) !== 0) {
    const digits = scan.text.slice(start, end);
    findIdentity(scan, start, end, digits);
    if (length === 9) findSsn(scan, start, end, digits, true);
    if (length >= 7 && length <= 15) findPhone(scan, start, end);
  }
  if ((length === 3 || length === 4) && scan.context.has('card_security_code')) {
    note(scan, 'card_security_code', start, end);
  }
}

/** @param count how many of the units are digits. */
function findCard(scan: Scan, start: number, end: number, count: number): void {
  const { text } = scan;
  // A decimal fraction is no card, nor the middle of an identifier such as `blk_-1608999687919862906`.
  const before = unitAt(text, start - 1);
  if (before === 0x2e && isDigit(unitAt(text, start - 2))) return;
  if (before === 0x2d && unitAt(text, start - 2) === 0x5f) return;
  if (!passesLuhnAt(text, start, end)) return;
  const digits = end - start === count ? text.slice(start, end) : digitsOf(text.slice(start, end));
  if (isPaymentCard(digits)) note(scan, 'payment_card', start, end);
}

/** Area, group and serial number must not be zero; areas 666 and 9xx were never assigned. */
function findSsn(scan: Scan, start: number, end: number, digits: string, needsContext: boolean): void {
  if (/^(?:000|666|9)|^\d{3}00|0000$/.test(digits)) return;
  if (needsContext && !hasContext(scan, 'us_ssn', start, end)) return;
  note(scan, 'us_ssn', start, end);
}

function findIdentity(scan: Scan, start: number, end: number, digits: string): void {
  for (const [entity, isValid] of IDENTITIES[digits.length] ?? []) {
    if (!isValid(digits) || !hasContext(scan, entity, start, end)) continue;
    note(scan, entity, start, end);
  }
}

/** `123.456.789-09`: the shape and two check digits say enough. */
function findDottedCpf(scan: Scan, start: number, end: number, digits: string): void {
  const rest = /^[-.]\d{2}(?![\p{L}\p{N}_])/u.exec(scan.text.slice(end, end + 4));
  if (rest !== null && isCpf(digits + rest[0].slice(1, 3))) note(scan, 'br_cpf', start, end + 3);
}

/** Eight digits and a letter, or a letter, seven digits and a letter; hyphens may stand between. */
export function findDni(scan: Scan, start: number, digitsEnd: number): void {
  const end = digitsEnd + 1;
  if (isWordUnit(unitAt(scan.text, end))) return;
  if (!isDni(scan.text.slice(start, end).replaceAll('-', '').toUpperCase())) return;
  if (hasContext(scan, 'es_dni', start, end)) note(scan, 'es_dni', start, end);
}

const PAIR = /([+-]?\d{1,3}\.\d{4,15})[,;\s]\s?([+-]?\d{1,3}\.\d{4,15})(?!\.?\d)/y;

/** A latitude and a longitude with four decimals or more, which is some ten metres. */
function findCoordinates(scan: Scan, start: number, firstEnd: number): boolean {
  const { text } = scan;
  // Four decimals, and a separator behind some of them: most numbers end here.
  if (firstEnd + 4 >= text.length) return false;
  for (let at = firstEnd + 1; at <= firstEnd + 4; at += 1) if (!isDigit(text.charCodeAt(at))) return false;
  const sign = text[start - 1];
  const from = sign === '-' || sign === '+' ? start - 1 : start;
  PAIR.lastIndex = from;
  const pair = PAIR.exec(text);
  if (pair === null || Math.abs(Number(pair[1])) > 90 || Math.abs(Number(pair[2])) > 180) return false;
  if (!hasContext(scan, 'gps', from, PAIR.lastIndex)) return false;
  note(scan, 'gps', from, PAIR.lastIndex);
  return true;
}

/** The first digits of a card at a cut. */
function findCutCard(scan: Scan, start: number): void {
  const { text } = scan;
  const digits = text.slice(start).replace(/\D/g, '');
  if (canBeginPaymentCard(digits)) note(scan, 'payment_card', start, text.length);
}
