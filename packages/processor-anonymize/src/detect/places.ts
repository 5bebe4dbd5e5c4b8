// SPDX-License-Identifier: Apache-2.0

/**
 * The places of a block at which something may be found. Most words and gaps are told to hold nothing from what is known of
 * them: their classes, their lengths, and the units beside them. What is left is looked at; see scan-text.ts.
 */
import * as characters from './characters.ts';
import type { Scan } from './scan-input.ts';
import { wordDecisions } from './word-decisions.ts';
import { isClockTime, isHexChain, wordMayHold } from './word-filter.ts';
import * as words from './words-and-gaps.ts';

// What is imported is no constant for the compiler; see words-and-gaps.ts.
const { COLON, DIGIT, EQUALS, FOLDED, isDigit, isHexDigit } = characters;
const { block, BLOCK_UNITS, byteKinds, bytes, edges, readBlock } = words;
const { FOLDS, POSITION_BITS, POSITIONS, RUN_MASK } = words;
const { decisions, kindOfBits, lengthParts, partBefore, partBehind, partOfFirst, partOfNext } = wordDecisions;

const positions: Int32Array = new Int32Array(BLOCK_UNITS + 8);
const kinds: Uint8Array = new Uint8Array(BLOCK_UNITS + 8);
/** Indexes of the places in the block, and what is there: a class of units, or that of a word. */
export const places: Int32Array = positions;
export const placeKinds: Uint8Array = kinds;

/** A run of word characters, of which the place is the first. */
const word = 15;

/** Words at the end of a block that are left to the next one, so that what stands behind a word is known. */
const WORDS_LEFT = 8;
/** A block with fewer words is full of long ones, and no filter is needed. */
const LEAST_WORDS = 32;

/** How many places there are, and where the next block begins. */
const noted: { count: number; next: number } = { count: 0, next: 0 };
export const found: { readonly count: number; readonly next: number } = noted;

function add(at: number, kind: number): void {
  const { count } = noted;
  positions[count] = at;
  kinds[count] = kind;
  noted.count = count + 1;
}

/** Notes the places of the block of a text that begins at a position. */
export function findPlaces(scan: Scan, from: number): void {
  const { text } = scan;
  const to = Math.min(text.length, from + BLOCK_UNITS);
  const last = readBlock(text, from, to);
  noted.count = 0;
  noted.next = to;
  if (scan.isCut || (to < text.length && last < LEAST_WORDS * 2)) {
    addAll(last);
    return;
  }
  let end = last;
  if (to < text.length) {
    end = last - WORDS_LEFT * 2;
    noted.next = from + (edges[end - 1]! & POSITIONS);
  }
  const hasContext = scan.contextBits !== 0;
  // The first word of a later block: what stands before it is not in the block.
  const first = from > 0 ? 0 : -1;
  let gapStart = 0;
  for (let index = 0; index < end; index += 2) {
    const edge = edges[index]!;
    const stop = edges[index + 1]!;
    const start = edge & POSITIONS;
    if (edge >> POSITION_BITS !== 0) addInGap(text, gapStart, start, index);
    gapStart = stop & POSITIONS;
    const bits = (stop >> POSITION_BITS) & (RUN_MASK | FOLDS);
    const decision =
      kindOfBits[bits]! |
      lengthParts[gapStart - start]! |
      partOfFirst[bytes[start]!]! |
      partOfNext[bytes[gapStart]!]! |
      partBehind[bytes[gapStart + 1]!]! |
      (start > 0 ? partBefore[bytes[start - 1]!]! : 0);
    if (decisions[decision] === 0 && !hasContext && index !== first) continue;
    if ((bits & FOLDS) !== 0) addFolded(start, gapStart);
    if (index === first || wordMayHold(index, start, gapStart, bits & RUN_MASK, scan)) {
      add(start, isDigit(bytes[start]!) ? DIGIT : word);
    }
  }
  if (end === last && edges[last]! >> POSITION_BITS !== 0) addInGap(text, gapStart, edges[last]! & POSITIONS, last);
}

/** All that is no plain gap. */
function addAll(last: number): void {
  let end = 0;
  for (let index = 0; index < last; index += 2) {
    const start = edges[index]! & POSITIONS;
    addGap(end, start);
    end = edges[index + 1]! & POSITIONS;
    if ((edges[index + 1]! >> POSITION_BITS) & FOLDS) addFolded(start, end);
    add(start, isDigit(bytes[start]!) ? DIGIT : word);
  }
  addGap(end, edges[last]! & POSITIONS);
}

function addGap(start: number, end: number): void {
  for (let at = start; at < end; at += 1) {
    const kind = byteKinds[bytes[at]!]!;
    if (kind >= COLON) add(at, kind);
  }
}

function addFolded(start: number, end: number): void {
  for (let at = start; at < end; at += 1) if (byteKinds[bytes[at]!] === FOLDED) add(at, FOLDED);
}

/** @param index that of the edge at the end of the gap. */
function addInGap(text: string, start: number, end: number, index: number): void {
  // What stands before the first word may lie before the block.
  if (index === 0) {
    addGap(start, end);
    return;
  }
  for (let at = start; at < end; at += 1) {
    const kind = byteKinds[bytes[at]!]!;
    if (kind < COLON) continue;
    if (kind === COLON) addColon(text, at, start, end, index);
    else add(at, kind);
  }
}

/** A colon behind a word of the block. */
function addColon(text: string, at: number, start: number, end: number, index: number): void {
  const behind = bytes[at + 1]!;
  if (behind === 0x2f && bytes[at + 2] === 0x2f) {
    // Credentials end at an `@`.
    if (block.to - block.from < text.length || text.includes('@', at)) add(at, COLON);
    return;
  }
  if (behind === 0x3a) {
    add(at, COLON);
    return;
  }
  const before = bytes[at - 1]!;
  if (at === start && at + 1 === end && isHexDigit(before) && isHexDigit(behind) && isHexChain(index)) {
    add(at, COLON);
    return;
  }
  // A name, and no number.
  if (!isDigit(before)) add(at, EQUALS);
  else if (!isClockTime(index, at)) add(at, COLON);
}
