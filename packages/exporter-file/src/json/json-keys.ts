// SPDX-License-Identifier: Apache-2.0
import { escapedText, JsonFragment } from '@logferry/otlp-encoding/json-writing';

import { type FieldFilter, isWideOpen, stepFilter } from './json-options.ts';

/** Keys remembered. Applications have few; a hostile one makes new ones for ever. */
const MAX_KEYS = 2048;

/** Longer keys are written each time. In UTF-16 units. */
export const MAX_CACHED_KEY_UNITS = 128;

/** No fragment of a key takes more. */
export const MAX_KEY_BYTES: number = 6 * MAX_CACHED_KEY_UNITS + 64;

/** An attribute's key: what stands before its value, and what of it is written. */
export interface JsonKey {
  readonly name: string;
  /** `,"name":` */
  readonly start: JsonFragment;
  /** `,"name":"` */
  readonly textStart: JsonFragment;
  readonly filter: FieldFilter;
  readonly isWideOpen: boolean;
}

/** The keys of attributes as they are written. An attribute with the name of a field of the line gets a prefix. */
export class JsonKeys {
  readonly #filter: FieldFilter;
  readonly #taken: ReadonlySet<string>;
  /** Undefined for what the filter leaves out. */
  readonly #keys = new Map<string, JsonKey | undefined>();

  /** @param taken names of the line's own fields. */
  constructor(filter: FieldFilter, taken: ReadonlySet<string>) {
    this.#filter = filter;
    this.#taken = taken;
  }

  /** Undefined for an attribute that is left out. */
  find(name: string): JsonKey | undefined {
    const key = this.#keys.get(name);
    return key !== undefined || this.#keys.has(name) ? key : this.#add(name);
  }

  #add(name: string): JsonKey | undefined {
    const filter = stepFilter(this.#filter, name);
    const key = filter === undefined ? undefined : this.#keyOf(name, filter);
    if (name.length <= MAX_CACHED_KEY_UNITS) {
      if (this.#keys.size >= MAX_KEYS) this.#keys.clear();
      this.#keys.set(name, key);
    }
    return key;
  }

  #keyOf(name: string, filter: FieldFilter): JsonKey {
    const isTaken = this.#taken.has(name) || name.startsWith('resource.') || name.startsWith('attributes.');
    const start = `,"${isTaken ? 'attributes.' : ''}${escapedText(name)}":`;
    return {
      name,
      start: new JsonFragment(start),
      textStart: new JsonFragment(`${start}"`),
      filter,
      isWideOpen: isWideOpen(filter),
    };
  }
}
