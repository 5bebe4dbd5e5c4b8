// SPDX-License-Identifier: Apache-2.0

/**
 * Where in a text something can begin or is held together, from the class of each unit and of the one before it. Noted
 * without a branch, because most units are none and what can't be foreseen is what takes time. A text is first written into
 * bytes: `charCodeAt` finds out for each unit anew how a text is stored, which takes more than all else here.
 */
import {
  AT,
  CLASSES,
  COLON,
  DIGIT,
  EQUALS,
  ESCAPING,
  FOLDED,
  HYPHEN,
  INNER,
  isInRun,
  isLower,
  LOWER,
  RUN_BITS,
  STARTER,
  UNDERSCORE,
  UPPER,
} from './characters.ts';

/** Units that are read before the places among them are looked at. */
export const BLOCK_UNITS = 4096;

/** The part of the text that is looked at. */
export const block: { from: number; to: number } = { from: 0, to: 0 };

/** What is shorter is read unit by unit: the call that writes takes as long. */
const WRITTEN_UNITS = 48;

/** Whether a part of the text lies in the block. */
export function isInBlock(start: number, end: number): boolean {
  return start >= block.from && end <= block.to;
}

/** Its units: those of ASCII as they are, others by their class. A unit takes at most three bytes of UTF-8. */
export const bytes: Buffer = Buffer.alloc(BLOCK_UNITS * 3);

/** Indexes of its places. */
export const places: Int32Array = new Int32Array(BLOCK_UNITS);

/** What stands for a unit beyond ASCII: its class with the highest bit. */
const BEYOND = 0x80;

const BYTES: Uint8Array = CLASSES.map((kind, unit) => (unit < BEYOND ? unit : BEYOND | kind));

/** The class of what a byte stands for. */
export const BYTE_CLASSES: Uint8Array = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < BEYOND ? CLASSES[byte]! : byte & 15,
);

/** What it is in a run, as bits; 0: no part of one. */
export const BYTE_RUN_BITS: Uint8Array = BYTE_CLASSES.map((kind) => (isInRun(kind) ? RUN_BITS[kind]! : 0));

/** Whether there is a place, by the byte before and the one that stands there. */
const IS_PLACE = new Uint8Array(0x1_0000);
for (let before = 0; before < 256; before += 1) {
  for (let byte = 0; byte < 256; byte += 1) {
    IS_PLACE[(before << 8) | byte] = isPlace(BYTE_CLASSES[before]!, BYTE_CLASSES[byte]!) ? 1 : 0;
  }
}

function isPlace(before: number, kind: number): boolean {
  switch (kind) {
    case AT:
    case COLON:
    case EQUALS:
    case ESCAPING:
    case FOLDED:
      return true;
    case DIGIT:
    case UPPER:
      return before !== kind;
    // Words begin with it.
    case STARTER:
      return !isInRun(before);
    case INNER:
      return before === LOWER;
    // Flags and blocks have two, some tokens one behind a prefix of lower-case letters.
    case HYPHEN:
      return before === HYPHEN || isLower(before);
    case UNDERSCORE:
      return isLower(before);
    default:
      return false;
  }
}

/** Notes the places of a block. @param unitBefore the one in front of it. @returns how many there are. */
export function findPlaces(text: string, from: number, to: number, unitBefore: number): number {
  block.from = from;
  block.to = to;
  const length = to - from;
  // As many bytes as units: all are of ASCII.
  if (length < WRITTEN_UNITS || bytes.write(length === text.length ? text : text.slice(from, to)) !== length) {
    return readPlaces(text, from, length, BYTES[unitBefore]!);
  }
  let count = 0;
  let before = BYTES[unitBefore]! << 8;
  for (let at = 0; at < length; at += 1) {
    const byte = bytes[at]!;
    places[count] = at;
    count += IS_PLACE[before | byte]!;
    before = byte << 8;
  }
  return count;
}

/** The same for a block that is short or goes beyond ASCII. */
function readPlaces(text: string, from: number, length: number, byteBefore: number): number {
  let count = 0;
  let before = byteBefore << 8;
  for (let at = 0; at < length; at += 1) {
    const byte = BYTES[text.charCodeAt(from + at)]!;
    bytes[at] = byte;
    places[count] = at;
    count += IS_PLACE[before | byte]!;
    before = byte << 8;
  }
  return count;
}
