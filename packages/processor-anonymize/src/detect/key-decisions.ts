// SPDX-License-Identifier: Apache-2.0

/**
 * What the keys in texts name, remembered by their characters: a key that came before is found by some of them and compared
 * where it stands, so that no text is made of it. A place holds one key, the last one; that bounds it.
 */
import type { SensitiveWords } from '../sensitive-words.ts';
import * as words from './words-and-gaps.ts';

const { block, bytes, isInBlock } = words;

const PLACES = 2048;

/** Longer keys are not remembered. */
const MAX_UNITS = 64;

/** The bytes of the block, four at once. */
const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export class KeyDecisions {
  readonly #words: SensitiveWords;
  /** The units of a key of ASCII at each place, and how many they are. */
  readonly #units = new DataView(new ArrayBuffer(PLACES * MAX_UNITS));
  readonly #lengths = new Uint8Array(PLACES);
  readonly #entities: (string | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  constructor(sensitive: SensitiveWords) {
    this.#words = sensitive;
  }

  /** The entity that a key in the scanned text names; undefined when it names no secret. @param end behind `start`. */
  find(text: string, start: number, end: number): string | undefined {
    return isInBlock(start, end)
      ? this.findInBlock(text, start - block.from, end - block.from)
      : this.#words.findKey(flat(text.slice(start, end)));
  }

  /** The same for a key between two indexes of the block. */
  findInBlock(text: string, first: number, end: number): string | undefined {
    const length = end - first;
    if (length > MAX_UNITS) return this.#words.findKey(this.#cut(text, first, end));
    const place = placeOf(first, length);
    if (this.#lengths[place] === length && this.#isAt(place, first, length)) return this.#entities[place];
    return this.#decide(text, first, length, place);
  }

  /** The same for a name that stands in no text as it is. */
  findName(name: string): string | undefined {
    return this.#words.findKey(name);
  }

  #isAt(place: number, first: number, length: number): boolean {
    const from = place * MAX_UNITS;
    const units = this.#units;
    const last = length - 4;
    if (last < 0) return ((units.getInt32(from, true) ^ view.getInt32(first, true)) & maskOf(length)) === 0;
    for (let at = 0; at < last; at += 4) {
      if (units.getInt32(from + at, true) !== view.getInt32(first + at, true)) return false;
    }
    return units.getInt32(from + last, true) === view.getInt32(first + last, true);
  }

  #cut(text: string, first: number, end: number): string {
    return flat(text.slice(block.from + first, block.from + end));
  }

  #decide(text: string, first: number, length: number, place: number): string | undefined {
    const key = this.#cut(text, first, first + length);
    const entity = this.#words.findKey(key);
    // Of units beyond ASCII only the class is known.
    for (let at = first; at < first + length; at += 1) if (bytes[at]! > 0x7f) return entity;
    for (let at = 0; at < length; at += 1) this.#units.setUint8(place * MAX_UNITS + at, bytes[first + at]!);
    this.#lengths[place] = length;
    this.#entities[place] = entity;
    return entity;
  }
}

/** What is cut from a text holds on to all of it. */
function flat(key: string): string {
  return Buffer.from(key, 'utf16le').toString('utf16le');
}

/** The bits of the first units of four, of which the others stand behind the key. */
function maskOf(length: number): number {
  return (1 << (length * 8)) - 1;
}

/** From the length and the units at the beginning, in the middle and at the end. */
function placeOf(first: number, length: number): number {
  if (length < 4) return (Math.imul(view.getInt32(first, true) & maskOf(length), 0x9e3779b1) >>> 16) & (PLACES - 1);
  let hash = Math.imul(view.getInt32(first, true), 0x9e3779b1) + length;
  hash = Math.imul(hash ^ view.getInt32(first + (length >> 1) - 2, true), 0x85ebca6b);
  hash = Math.imul(hash ^ view.getInt32(first + length - 4, true), 0xc2b2ae35);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}
