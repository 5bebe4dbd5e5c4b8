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

export class KeyDecisions {
  readonly #words: SensitiveWords;
  /** The units of a key of ASCII at each place, and how many they are. */
  readonly #units = new Uint8Array(PLACES * MAX_UNITS);
  readonly #lengths = new Uint8Array(PLACES);
  readonly #entities: (string | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  constructor(sensitive: SensitiveWords) {
    this.#words = sensitive;
  }

  /** The entity that a key in the scanned text names; undefined when it names no secret. @param end behind `start`. */
  find(text: string, start: number, end: number): string | undefined {
    const length = end - start;
    if (length > MAX_UNITS || !isInBlock(start, end)) return this.#words.findKey(flat(text.slice(start, end)));
    const first = start - block.from;
    const place = placeOf(first, length);
    if (this.#lengths[place] === length && this.#isAt(place, first, length)) return this.#entities[place];
    return this.#decide(text, start, length, place);
  }

  /** The same for a name that stands in no text as it is. */
  findName(name: string): string | undefined {
    return this.#words.findKey(name);
  }

  #isAt(place: number, first: number, length: number): boolean {
    const from = place * MAX_UNITS;
    const units = this.#units;
    for (let at = 0; at < length; at += 1) if (units[from + at] !== bytes[first + at]) return false;
    return true;
  }

  #decide(text: string, start: number, length: number, place: number): string | undefined {
    const first = start - block.from;
    const key = flat(text.slice(start, start + length));
    const entity = this.#words.findKey(key);
    // Of units beyond ASCII only the class is known.
    for (let at = first; at < first + length; at += 1) if (bytes[at]! > 0x7f) return entity;
    this.#units.set(bytes.subarray(first, first + length), place * MAX_UNITS);
    this.#lengths[place] = length;
    this.#entities[place] = entity;
    return entity;
  }
}

/** What is cut from a text holds on to all of it. */
function flat(key: string): string {
  return Buffer.from(key, 'utf16le').toString('utf16le');
}

/** From the length and a few of the units. */
function placeOf(first: number, length: number): number {
  const end = first + length;
  let hash = Math.imul(bytes[first]!, 0x9e3779b1) + length;
  hash = Math.imul(hash ^ bytes[first + (length >> 2)]!, 0x85ebca6b);
  hash = Math.imul(hash ^ bytes[first + (length >> 1)]!, 0xc2b2ae35);
  hash = Math.imul(hash ^ bytes[length > 1 ? end - 2 : first]!, 0x27d4eb2f);
  hash = Math.imul(hash ^ bytes[end - 1]!, 0x165667b1);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}
