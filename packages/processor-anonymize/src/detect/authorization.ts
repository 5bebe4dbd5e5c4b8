// SPDX-License-Identifier: Apache-2.0

/** Credentials behind the name of their scheme (RFC 7617, RFC 6750), wherever they stand in a text. */
import { isAlphanumeric, isDigit } from './characters.ts';
import { note, type Scan } from './scan-input.ts';

const LEAST_TOKEN_UNITS = 8;

/** Words without digits as long as this one are rare; `bearer authentication` is prose. */
const LONG_TOKEN_UNITS = 24;

/** Looks behind the word `bearer`, `token` or `basic`. @returns behind the credentials, or -1. */
export function findCredentials(scan: Scan, wordStart: number, wordEnd: number): number {
  const { text } = scan;
  let start = wordEnd;
  while (start < wordEnd + 3 && text[start] === ' ') start += 1;
  if (start === wordEnd) return -1;
  let end = start;
  let hasDigit = false;
  while (end < text.length && isTokenUnit(text.charCodeAt(end))) {
    hasDigit ||= isDigit(text.charCodeAt(end));
    end += 1;
  }
  while (text[end - 1] === '.') end -= 1;
  const length = end - start;
  const isBasic = text.charCodeAt(wordStart + 1) === 0x61 || text.charCodeAt(wordStart + 1) === 0x41;
  const isFound = isBasic
    ? length >= 4 && decodesToPair(text.slice(start, Math.min(end, start + 512)))
    : length >= LEAST_TOKEN_UNITS &&
      (hasDigit || length >= LONG_TOKEN_UNITS || hasInnerCapitals(text.slice(start, end)));
  if (!isFound) return -1;
  note(scan, 'authorization', start, end);
  return end;
}

function isTokenUnit(unit: number): boolean {
  return isAlphanumeric(unit) || (unit < 0x80 && '-._~+/='.includes(String.fromCharCode(unit)));
}

function hasInnerCapitals(text: string): boolean {
  return /[a-z][A-Z]/.test(text) && text !== text.toLowerCase();
}

function decodesToPair(text: string): boolean {
  const decoded = Buffer.from(text, 'base64').toString('latin1');
  // oxlint-disable-next-line no-control-regex -- control characters show that it is no text
  return decoded.includes(':') && !/[\u0000-\u0008\u000e-\u001f\u007f]/.test(decoded);
}
