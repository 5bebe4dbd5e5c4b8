// SPDX-License-Identifier: Apache-2.0

/** Which words of nothing but digits may be a number that is looked for, or a group of one. */
import * as characters from './characters.ts';
import { isDigit } from './characters.ts';
import * as words from './words-and-gaps.ts';

const { DIGITS, HYPHENS, LOWERS, UPPERS } = characters;

const { bytes, edges, POSITION_BITS, POSITIONS, RUN_MASK } = words;

/** Digits of a number that stands alone. */
const LEAST_DIGITS = 9;
/** Digits in all groups of one. */
const LEAST_IN_GROUPS = 7;
const MAX_GROUPS = 8;

/** @param index that of the edge at which the word begins. */
export function numberMayHold(index: number, start: number, end: number): boolean {
  const length = end - start;
  const next = bytes[end]!;
  const before = start > 0 ? bytes[start - 1]! : 0;
  if (length >= LEAST_DIGITS || before === 0x2b) return true;
  if (before === 0x28 && next === 0x29 && length === 3) return true;
  // A digit group of `AB 12 34 56 C`.
  if (before === 0x20 && next === 0x20 && (length & 1) === 0 && isBehindTwoLetters(index, start)) {
    if (length === 6 || isDigit(bytes[end + 1]!)) return true;
  }
  if (next !== 0x20 && next !== 0x2e) return false;
  if (next === 0x2e && length === 4 && positionOf(edges[index + 3]!) - positionOf(edges[index + 2]!) === 4) return true;
  return isDigit(bytes[end + 1]!) && groupsMayHold(index, length, next);
}

/** A number in groups with one kind of separator. */
function groupsMayHold(index: number, first: number, separator: number): boolean {
  const isDotted = separator === 0x2e;
  let total = first;
  let groups = 1;
  for (let word = index + 2; groups < MAX_GROUPS; word += 2) {
    const before = positionOf(edges[word - 1]!);
    const start = positionOf(edges[word]!);
    if (bytes[before] !== separator || start !== before + 1) break;
    const end = edges[word + 1]!;
    const bits = bitsOf(end) & RUN_MASK;
    if (bits !== DIGITS) {
      if ((bits & HYPHENS) !== 0 && isDigit(bytes[start]!)) return true;
      break;
    }
    const length = positionOf(end) - start;
    // An address, or a coordinate.
    if (isDotted && (groups === 3 || length >= 4)) return true;
    total += length;
    groups += 1;
  }
  return total >= LEAST_IN_GROUPS;
}

/** Whether a word of two letters and one space stand before a word. */
export function isBehindTwoLetters(index: number, start: number): boolean {
  if (index < 2) return false;
  const end = edges[index - 1]!;
  if (positionOf(end) !== start - 1 || start < 3 || positionOf(edges[index - 2]!) !== start - 3) return false;
  return (bitsOf(end) & RUN_MASK & ~(LOWERS | UPPERS)) === 0;
}

function positionOf(edge: number): number {
  return edge & POSITIONS;
}

function bitsOf(edge: number): number {
  return edge >> POSITION_BITS;
}
