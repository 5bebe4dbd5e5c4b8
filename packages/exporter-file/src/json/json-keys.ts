// SPDX-License-Identifier: Apache-2.0
import { escapedText, JsonFragment } from '@logferry/otlp-encoding/json-writing';

import { type FieldFilter, stepFilter } from './json-options.ts';

/** Keys remembered. Applications have few; a hostile one makes new ones for ever. */
const MAX_KEYS = 2048;

/** Longer keys are written each time. In UTF-16 units. */
const MAX_CACHED_KEY_UNITS = 128;

/** An attribute's key: what stands before its value, and what of it is written. */
export class JsonKey {
  readonly name: string;
  /** `,"name":` */
  readonly start: JsonFragment;
  /** `,"name":"` */
  readonly textStart: JsonFragment;
  /** Undefined: the attribute is left out. */
  readonly filter: FieldFilter | undefined;
  /** The key that followed this one last time, and probably does so again: most programs repeat their records. */
  next: JsonKey | undefined = undefined;

  constructor(name: string, start: string, filter: FieldFilter | undefined) {
    this.name = name;
    this.start = new JsonFragment(start);
    this.textStart = new JsonFragment(`${start}"`);
    this.filter = filter;
  }
}

/** The keys of attributes as they are written. An attribute with the name of a field of the line gets a prefix. */
export class JsonKeys {
  readonly #filter: FieldFilter;
  readonly #taken: ReadonlySet<string>;
  readonly #keys = new Map<string, JsonKey>();

  /** @param taken names of the line's own fields. */
  constructor(filter: FieldFilter, taken: ReadonlySet<string>) {
    this.#filter = filter;
    this.#taken = taken;
  }

  find(name: string): JsonKey {
    return this.#keys.get(name) ?? this.#add(name);
  }

  #add(name: string): JsonKey {
    const isTaken = this.#taken.has(name) || name.startsWith('resource.') || name.startsWith('attributes.');
    const start = `,"${isTaken ? 'attributes.' : ''}${escapedText(name)}":`;
    const key = new JsonKey(name, start, stepFilter(this.#filter, name));
    if (name.length <= MAX_CACHED_KEY_UNITS) {
      if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
      this.#keys.set(name, key);
    }
    return key;
  }
}
