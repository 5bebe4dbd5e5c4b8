// SPDX-License-Identifier: Apache-2.0

/**
 * A table that tells of most words that they hold nothing, from their kind, length, first unit and the units beside them. It
 * is asked without a branch for each of them; see word-filter.ts for what is decided with a closer look.
 */
import { DIGITS, HYPHENS, isDigit, LOWERS, UPPERS, WIDES } from './characters.ts';
import { BLOCK_UNITS, FOLDS } from './words-and-gaps.ts';

/** Letters, and `_`: of one case, or with a hyphen, or of both cases. */
const LETTERS = 0;
const LETTERS_AND_HYPHENS = 1;
const MIXED_LETTERS = 2;
/** Digits: alone, with letters of one case, of both cases, with a hyphen. */
const NUMBER = 3;
const DIGITS_AND_LETTERS = 4;
const DIGITS_AND_MIXED_LETTERS = 5;
const DIGITS_AND_HYPHENS = 6;
/** What has letters beyond ASCII and is more than them. */
const ANY = 7;

const MAX_LENGTH = 15;

/** What stands behind the word. */
const OTHER = 0;
const DOT = 1;
const SPACE = 2;
const OF_BASE64 = 3;

/** How the word begins. */
const WITH_HYPHEN = 1;
const LIKE_A_SCHEME = 2;

interface Word {
  readonly kind: number;
  /** At most 15. */
  readonly length: number;
  readonly first: number;
  readonly next: number;
  /** Whether a digit stands behind `next`. */
  readonly isDigitBehind: boolean;
  /** Whether a `+`, `(` or `/` stands before it. */
  readonly isAfterSign: boolean;
}

/** Whether a word may hold something, as far as it can be told from this. */
function mayHold({ kind, length, first, next, isDigitBehind, isAfterSign }: Word): boolean {
  switch (kind) {
    case LETTERS:
      return length < 8 ? isShortName(length, first, next) : length >= 12;
    case MIXED_LETTERS:
      return length < 8 ? isShortName(length, first, next) : length >= 12 || isAfterSign || next === OF_BASE64;
    case LETTERS_AND_HYPHENS:
      return length >= 8 || first === WITH_HYPHEN;
    case NUMBER:
      if (length >= 9 || isAfterSign) return true;
      if (next === DOT) return isDigitBehind || length === 4;
      return next === SPACE && (isDigitBehind || length === 6);
    case DIGITS_AND_LETTERS:
    case DIGITS_AND_MIXED_LETTERS:
      if (isAfterSign || length === 7 || length === 9 || length >= 11) return true;
      if (kind === DIGITS_AND_MIXED_LETTERS && length >= 8 && next === OF_BASE64) return true;
      return (next === DOT && length === 4) || (next === SPACE && length % 4 === 0);
    case DIGITS_AND_HYPHENS:
      if (isAfterSign || first === WITH_HYPHEN || length >= 8) return true;
      return (next === DOT || next === SPACE) && isDigitBehind;
    default:
      return true;
  }
}

/** `SG.`, the first part of an address such as `face.b00c.cafe`, or the name of a scheme before a space. */
function isShortName(length: number, first: number, next: number): boolean {
  if (next === DOT) return length === 2 || length === 4;
  return next === SPACE && first === LIKE_A_SCHEME && (length === 5 || length === 6);
}

function kindOf(bits: number): number {
  const isMixed = (bits & LOWERS) !== 0 && (bits & UPPERS) !== 0;
  if ((bits & FOLDS) !== 0 || ((bits & WIDES) !== 0 && isMixed)) return ANY;
  const hasHyphen = (bits & HYPHENS) !== 0;
  if ((bits & DIGITS) === 0) return hasHyphen ? LETTERS_AND_HYPHENS : isMixed ? MIXED_LETTERS : LETTERS;
  if (bits === DIGITS) return NUMBER;
  if (hasHyphen) return DIGITS_AND_HYPHENS;
  return isMixed ? DIGITS_AND_MIXED_LETTERS : DIGITS_AND_LETTERS;
}

/** Each part of the index into the table has bits of its own. */
const FIRSTS = 1;
const NEXTS = 4;
const BEHIND = 16;
const BEFORE = 32;
const LENGTHS = 64;
const KINDS = 1024;

function ofBytes(part: (byte: number) => number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_, byte) => part(byte));
}

function isOneOf(byte: number, characters: string): boolean {
  return byte < 0x80 && characters.includes(String.fromCharCode(byte));
}

/** The table, and the part of its index that each thing gives. */
interface WordDecisions {
  readonly decisions: Uint8Array;
  readonly kindOfBits: Uint16Array;
  readonly lengthParts: Uint16Array;
  readonly partOfFirst: Uint16Array;
  readonly partOfNext: Uint16Array;
  readonly partBehind: Uint16Array;
  readonly partBefore: Uint16Array;
}

function makeTables(): WordDecisions {
  const decisions = new Uint8Array(8 * KINDS);
  for (let index = 0; index < decisions.length; index += 1) {
    const isHolding = mayHold({
      kind: Math.floor(index / KINDS),
      length: Math.floor(index / LENGTHS) % 16,
      isAfterSign: (index & BEFORE) !== 0,
      isDigitBehind: (index & BEHIND) !== 0,
      next: Math.floor(index / NEXTS) % 4,
      first: Math.floor(index / FIRSTS) % 4,
    });
    decisions[index] = isHolding ? 1 : 0;
  }
  return {
    decisions,
    kindOfBits: Uint16Array.from({ length: 128 }, (_, bits) => kindOf(bits) * KINDS),
    lengthParts: Uint16Array.from({ length: BLOCK_UNITS + 1 }, (_, length) => Math.min(length, MAX_LENGTH) * LENGTHS),
    partOfFirst: ofBytes((byte) =>
      byte === 0x2d ? WITH_HYPHEN * FIRSTS : isOneOf(byte, 'btBT') ? LIKE_A_SCHEME * FIRSTS : 0,
    ),
    partOfNext: ofBytes(
      (byte) => (byte === 0x2e ? DOT : byte === 0x20 ? SPACE : isOneOf(byte, '+/=') ? OF_BASE64 : OTHER) * NEXTS,
    ),
    partBehind: ofBytes((byte) => (isDigit(byte) ? BEHIND : 0)),
    partBefore: ofBytes((byte) => (isOneOf(byte, '+(/') ? BEFORE : 0)),
  };
}

export const wordDecisions: WordDecisions = makeTables();
