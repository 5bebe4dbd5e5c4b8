// SPDX-License-Identifier: Apache-2.0

/**
 * A text as words (runs of letters, digits, `_` and `-`) and the gaps between them, each with the classes of what is in it:
 * that tells for most of them that nothing can be there. Noted without a branch, because most units are no edge and what
 * can't be foreseen is what takes time. A text is first written into bytes: `charCodeAt` finds out for each unit anew how a
 * text is stored, which takes more than all else here.
 *
 * What a module exports is read anew each time that it is used, in this module and in others; what a module has for itself
 * is a constant for the compiler. So this module exports second names, and those that are busy with them name them again.
 */
import * as characters from './characters.ts';

const { AT, CLASSES, COLON, EQUALS, ESCAPING, FOLDED, isInRun, RUN_BITS } = characters;

const maxUnits = 4096;
/** Units that are read before what is in them is looked at. */
export const BLOCK_UNITS: number = maxUnits;

const part: { from: number; to: number } = { from: 0, to: 0 };
/** The part of the text that is looked at. */
export const block: { readonly from: number; readonly to: number } = part;

/** What is shorter is read unit by unit: the call that writes takes as long. */
const WRITTEN_UNITS = 48;

/** Whether a part of the text lies in the block. */
export function isInBlock(start: number, end: number): boolean {
  return start >= part.from && end <= part.to;
}

const units: Buffer = Buffer.alloc(maxUnits * 3);
/**
 * The units of the block: those of ASCII as they are, others by their class; a zero stands behind them. A unit takes at
 * most three bytes of UTF-8.
 */
export const bytes: Buffer = units;

/** What stands for a unit beyond ASCII: its class with the highest bit. */
const BEYOND = 0x80;

const BYTES: Uint8Array = CLASSES.map((kind, unit) => (unit < BEYOND ? unit : BEYOND | kind));

const kindsOfBytes: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < BEYOND ? CLASSES[byte]! : byte & 15,
);
/** The class of what a byte stands for. */
export const byteKinds: Uint8Array = kindsOfBytes;

/** What it is in a run, as bits; 0: no part of one. */
export const byteRunBits: Uint8Array = kindsOfBytes.map((kind) => (isInRun(kind) ? RUN_BITS[kind]! : 0));

const marks: Int32Array = new Int32Array(maxUnits + 8);
/**
 * Where each word begins, and where it ends, in turns. Above the position stand the bits of what comes before: of a gap in
 * front of a beginning, of the word in front of an end. The last one is the end of the block with what is in the gap before.
 */
export const edges: Int32Array = marks;

/** Edges behind the last one that are the end of the block, with nothing before. */
const EDGES_BEHIND = 4;

const positionBits = 13;
export const POSITION_BITS: number = positionBits;
export const POSITIONS: number = (1 << positionBits) - 1;

/** The highest bit, so that two units differ in it when there is an edge between. */
const inWord = 1 << 31;
const folds = 0x40;
/** The classes in a word are those of `RUN_BITS`, and this one. */
export const FOLDS: number = folds;
/** Those of `RUN_BITS` alone. */
export const RUN_MASK = 0x3f;

/** The classes in a gap; others have no bit. */
const gapBits: Readonly<Record<number, number>> = { [COLON]: 0x100, [EQUALS]: 0x200, [AT]: 0x400, [ESCAPING]: 0x800 };

/** What each byte adds to the bits above a position. */
const unitBits: Int32Array = Int32Array.from(kindsOfBytes, (kind) =>
  isInRun(kind)
    ? inWord | ((RUN_BITS[kind]! | (kind === FOLDED ? folds : 0)) << positionBits)
    : (gapBits[kind] ?? 0) << positionBits,
);

/** Reads a block. @returns the index of its last edge, which is even: twice as many as it has words. */
export function readBlock(text: string, from: number, to: number): number {
  part.from = from;
  part.to = to;
  const length = to - from;
  // As many bytes as units: all are of ASCII.
  const isWritten =
    length >= WRITTEN_UNITS && units.write(length === text.length ? text : text.slice(from, to)) === length;
  if (!isWritten) readUnits(text, from, length);
  let count = findEdges(length);
  // The block ends in a word.
  if ((count & 1) === 1) {
    count += 1;
    marks[count] = length;
  }
  for (let behind = count + 1; behind <= count + EDGES_BEHIND; behind += 1) marks[behind] = length;
  units[length] = 0;
  units[length + 1] = 0;
  return count;
}

function findEdges(length: number): number {
  let count = 0;
  let bits = 0;
  let before = 0;
  for (let at = 0; at < length; at += 1) {
    const unit = unitBits[units[at]!]!;
    const isEdge = (unit ^ before) >>> 31;
    marks[count] = bits | at;
    count += isEdge;
    bits = (bits & (isEdge - 1)) | unit;
    before = unit;
  }
  marks[count] = bits | length;
  return count;
}

/** The bytes of a block that is short or goes beyond ASCII. */
function readUnits(text: string, from: number, length: number): void {
  for (let at = 0; at < length; at += 1) units[at] = BYTES[text.charCodeAt(from + at)]!;
}
