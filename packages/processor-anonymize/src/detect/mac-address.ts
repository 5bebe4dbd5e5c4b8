// SPDX-License-Identifier: Apache-2.0
import { isWordUnit, unitAt } from './characters.ts';
import { note, type Scan } from './scan-input.ts';

// Fixed lengths: each runs in constant time.
const PAIRS = /[\da-f]{2}([:-])[\da-f]{2}(?:\1[\da-f]{2}){4}/iy;
const DOTTED = /[\da-f]{4}\.[\da-f]{4}\.[\da-f]{4}/iy;

/** Looks at six pairs from `start`. A longer chain of pairs is a fingerprint. */
export function findMacPairs(scan: Scan, start: number): number {
  return find(scan, start, PAIRS);
}

/** `0011.2233.4455` */
export function findDottedMac(scan: Scan, start: number): number {
  return find(scan, start, DOTTED);
}

function find(scan: Scan, start: number, pattern: RegExp): number {
  const { text } = scan;
  if (start < 0) return -1;
  pattern.lastIndex = start;
  if (!pattern.test(text)) return -1;
  const end = pattern.lastIndex;
  const separator = pattern === DOTTED ? '.' : text[end - 3];
  const before = text[start - 1];
  if (isWordUnit(unitAt(text, start - 1)) || (before === separator && isWordUnit(unitAt(text, start - 2)))) return -1;
  if (isWordUnit(unitAt(text, end)) || (text[end] === separator && isWordUnit(unitAt(text, end + 1)))) return -1;
  const value = text.slice(start, end);
  if (!/^[0:.-]+$/.test(value) && !/^[f:.-]+$/i.test(value)) note(scan, 'mac_address', start, end);
  return end;
}
