// SPDX-License-Identifier: Apache-2.0
import { MAX_CACHED_KEY_LENGTH } from './attribute-keys.ts';
import { JsonFragment } from './json-fragment.ts';
import { escapedText } from './json-text.ts';

/** A key has some 300 bytes, as most keys have values of one type; so the cache stays below 1 MB. */
const MAX_KEYS = 2048;

/** After so many keys that found no place the cache starts anew, in case the program has moved on to other keys. */
const MAX_MISSES = 1 << 18;

/** No key is written in more bytes than this. */
export const MAX_KEY_FRAGMENT_BYTES = 512;

/**
 * The key of an attribute or of a map's entry, with what stands before its value for each type of value. A fragment
 * begins with the comma between entries; the list's writer turns the first one into the opening bracket.
 */
export class JsonKey {
  readonly name: string;
  /** The key that followed this one last time, and probably does so again: most programs repeat their records. */
  next: JsonKey | undefined = undefined;
  readonly #start: string;
  #string: JsonFragment | undefined = undefined;
  #integer: JsonFragment | undefined = undefined;
  #double: JsonFragment | undefined = undefined;
  #true: JsonFragment | undefined = undefined;
  #false: JsonFragment | undefined = undefined;
  #other: JsonFragment | undefined = undefined;

  constructor(name: string) {
    this.name = name;
    this.#start = `,{"key":"${escapedText(name)}","value":`;
  }

  get string(): JsonFragment {
    return (this.#string ??= new JsonFragment(`${this.#start}{"stringValue":"`));
  }

  get integer(): JsonFragment {
    return (this.#integer ??= new JsonFragment(`${this.#start}{"intValue":"`));
  }

  get double(): JsonFragment {
    return (this.#double ??= new JsonFragment(`${this.#start}{"doubleValue":`));
  }

  /** The whole entry. */
  get true(): JsonFragment {
    return (this.#true ??= new JsonFragment(`${this.#start}{"boolValue":true}}`));
  }

  /** The whole entry. */
  get false(): JsonFragment {
    return (this.#false ??= new JsonFragment(`${this.#start}{"boolValue":false}}`));
  }

  /** For any value, which writes its own braces. */
  get other(): JsonFragment {
    return (this.#other ??= new JsonFragment(this.#start));
  }
}

/** Keys as bytes. Bounded in their number and their size. */
export class JsonKeys {
  readonly #keys = new Map<string, JsonKey>();
  #misses = 0;

  /** Undefined when the cache has no place for the key. */
  find(name: string): JsonKey | undefined {
    return this.#keys.get(name) ?? this.#add(name);
  }

  #add(name: string): JsonKey | undefined {
    if (name.length > MAX_CACHED_KEY_LENGTH) return undefined;
    if (this.#keys.size >= MAX_KEYS) {
      this.#misses += 1;
      if (this.#misses < MAX_MISSES) return undefined;
      this.#misses = 0;
      this.#keys.clear();
    }
    const key = new JsonKey(name);
    this.#keys.set(name, key);
    return key;
  }
}
