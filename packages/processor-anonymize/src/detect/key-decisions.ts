// SPDX-License-Identifier: Apache-2.0

/**
 * What the keys in texts name, remembered by their characters: a key that came before is found by some of them and compared
 * where it stands, so that no text is made of it. A place holds one key, the last one; that bounds it.
 */
import type { SensitiveWords } from '../sensitive-words.ts';

const PLACES = 2048;

export class KeyDecisions {
  readonly #words: SensitiveWords;
  readonly #keys: string[] = Array.from({ length: PLACES }, () => '');
  readonly #entities: (string | undefined)[] = Array.from({ length: PLACES }, () => undefined);

  constructor(words: SensitiveWords) {
    this.#words = words;
  }

  /** The entity that a key in a text names; undefined when it names no secret. @param end behind `start`. */
  find(text: string, start: number, end: number): string | undefined {
    const length = end - start;
    const place = placeOf(text, start, end);
    const known = this.#keys[place]!;
    if (known.length === length && isAt(known, text, start)) return this.#entities[place];
    const key = text.slice(start, end);
    const entity = this.#words.findKey(key);
    // Flat: what is cut from a text holds on to all of it.
    this.#keys[place] = Buffer.from(key).toString();
    this.#entities[place] = entity;
    return entity;
  }

  /** The same for a name that stands in no text as it is. */
  findName(name: string): string | undefined {
    return this.#words.findKey(name);
  }
}

/** From the length and a few of the units. */
function placeOf(text: string, start: number, end: number): number {
  const length = end - start;
  let hash = Math.imul(text.charCodeAt(start), 0x9e3779b1) + length;
  hash = Math.imul(hash ^ text.charCodeAt(start + (length >> 2)), 0x85ebca6b);
  hash = Math.imul(hash ^ text.charCodeAt(start + (length >> 1)), 0xc2b2ae35);
  hash = Math.imul(hash ^ text.charCodeAt(end - 2), 0x27d4eb2f);
  hash = Math.imul(hash ^ text.charCodeAt(end - 1), 0x165667b1);
  return (hash ^ (hash >>> 15)) & (PLACES - 1);
}

function isAt(key: string, text: string, start: number): boolean {
  for (let at = 0; at < key.length; at += 1) if (key.charCodeAt(at) !== text.charCodeAt(start + at)) return false;
  return true;
}
