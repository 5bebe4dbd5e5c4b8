// SPDX-License-Identifier: Apache-2.0

/** Phone numbers: `+` and the length of the country's plan, or national forms with context. */
import { digitsOf, isDigit, isWordUnit, unitAt } from './characters.ts';
import { hasContext } from './context.ts';
import { note, type Scan } from './scan-input.ts';

/**
 * Digits of a number without its country code, by country code (ITU-T E.164 national plans, rounded outwards). A code
 * that is not listed takes 6 to 12.
 */
const PLANS: Readonly<Record<string, readonly [least: number, most: number]>> = {
  '1': [10, 10],
  '7': [10, 10],
  '20': [8, 10],
  '27': [9, 9],
  '30': [10, 10],
  '31': [9, 9],
  '32': [8, 9],
  '33': [9, 9],
  '34': [9, 9],
  '36': [8, 9],
  '39': [6, 11],
  '40': [9, 9],
  '41': [9, 9],
  '43': [4, 13],
  '44': [9, 10],
  '45': [8, 8],
  '46': [7, 9],
  '47': [8, 8],
  '48': [9, 9],
  '49': [6, 12],
  '52': [10, 10],
  '54': [10, 11],
  '55': [10, 11],
  '61': [9, 9],
  '64': [8, 10],
  '81': [9, 10],
  '82': [8, 10],
  '86': [10, 11],
  '90': [10, 10],
  '91': [10, 10],
};

/** Two-digit country codes; others have three, but for 1 and 7. */
const TWO_DIGITS = new Set(
  '20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 81 82 84 86 90 91 92 93 94 95 98'.split(
    ' ',
  ),
);

const MAX_UNITS = 24;

/** Looks behind a plus sign. @returns the position behind the number, or -1. */
export function findE164(scan: Scan, plus: number): number {
  const { text } = scan;
  if (isWordUnit(unitAt(text, plus - 1)) || !isDigit(unitAt(text, plus + 1))) return -1;
  let digits = '';
  let end = -1;
  for (let at = plus + 1; at < text.length && at - plus <= MAX_UNITS; at += 1) {
    const unit = text.charCodeAt(at);
    if (isDigit(unit)) {
      digits += text[at];
      if (isComplete(digits) && !isWordUnit(unitAt(text, at + 1))) end = at + 1;
    } else if (!isSeparator(unit) || (isSeparator(text.charCodeAt(at - 1)) && isSeparator(text.charCodeAt(at - 2)))) {
      break;
    }
    if (digits.length >= 15) break;
  }
  if (end < 0) return -1;
  note(scan, 'phone', plus, end);
  return end;
}

/** Space, hyphen, dot, slash and parentheses; two of them stand together at most. */
function isSeparator(unit: number): boolean {
  return unit === 0x20 || unit === 0x2d || unit === 0x2e || unit === 0x2f || unit === 0x28 || unit === 0x29;
}

function isComplete(digits: string): boolean {
  if (digits.length < 8 || digits.startsWith('0')) return false;
  const code = /^[17]/.test(digits) ? digits.slice(0, 1) : digits.slice(0, TWO_DIGITS.has(digits.slice(0, 2)) ? 2 : 3);
  const [least, most] = PLANS[code] ?? [6, 12];
  const national = digits.length - code.length;
  return national >= least && national <= most;
}

/** A national number: only with context. */
export function findPhone(scan: Scan, start: number, end: number): void {
  if (!scan.entities.has('phone') || !hasContext(scan, 'phone', start, end)) return;
  const value = scan.text.slice(start, end);
  // Dates and times stand near the same words, and placeholders repeat a digit.
  if (/^(?:19|20)\d{2}[-. ](?:0[1-9]|1[0-2])[-. ]/.test(value) || /^(\d)\1{0,14}$/.test(digitsOf(value))) return;
  note(scan, 'phone', start, end);
}

const PARENTHESISED = /\(([2-9]\d{2})\) ?[2-9]\d{2}[- .]\d{4}(?!\w)/y;

/** `(555) 123-4567`: the shape of the North American plan says enough. */
export function findParenthesised(scan: Scan, opening: number): void {
  if (!isDigit(unitAt(scan.text, opening + 1))) return;
  PARENTHESISED.lastIndex = opening;
  if (PARENTHESISED.test(scan.text)) note(scan, 'phone', opening, PARENTHESISED.lastIndex);
}
