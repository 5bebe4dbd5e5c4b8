// SPDX-License-Identifier: Apache-2.0
import { THROWS } from '@logferry/core';
import {
  type ByteArena,
  escapedText,
  JsonFragment,
  reserve,
  writeFragment,
} from '@logferry/otlp-encoding/json-writing';

/** In UTF-16 units; a longer text of these fields is cut. */
const MAX_FIELD_UNITS = 256;

/** The values of most programs: severities, loggers, names of events. */
const MAX_KEPT = 32;

const HIGHEST_SEVERITY = 24;

interface Kept {
  readonly text: unknown;
  readonly number: unknown;
  readonly fragment: JsonFragment;
}

/** A text field, and with it a number field, with few different values over all records. */
export class CachedFields {
  readonly #textName: string | undefined;
  readonly #numberName: string | undefined;
  #last: Kept = { text: undefined, number: undefined, fragment: new JsonFragment('') };
  readonly #kept: Kept[] = [];

  /** @param textName undefined: the field is left out; the same for the number. */
  constructor(textName: string | undefined, numberName: string | undefined) {
    this.#textName = textName;
    this.#numberName = numberName;
  }

  write(arena: ByteArena, position: number, text: unknown, number: unknown): number {
    let last = this.#last;
    if (last.text !== text || last.number !== number) {
      last = this.#find(text, number);
      this.#last = last;
    }
    reserve(arena, position, last.fragment.byteLength);
    return writeFragment(arena, position, last.fragment);
  }

  #find(text: unknown, number: unknown): Kept {
    const known = this.#kept.find((kept) => kept.text === text && kept.number === number);
    if (known !== undefined) return known;
    const fragment = new JsonFragment(`${this.#textField(text)}${this.#numberField(number)}`);
    const kept = { text, number, fragment };
    if (this.#kept.length >= MAX_KEPT) this.#kept.length = 0;
    this.#kept.push(kept);
    return kept;
  }

  #textField(text: unknown): string {
    if (this.#textName === undefined || text === undefined || text === '') return '';
    const value = typeof text === 'string' ? text.slice(0, MAX_FIELD_UNITS).toWellFormed() : THROWS.text;
    return `,"${escapedText(this.#textName)}":"${escapedText(value)}"`;
  }

  #numberField(number: unknown): string {
    if (this.#numberName === undefined || typeof number !== 'number') return '';
    const isSeverity = Number.isInteger(number) && number > 0 && number <= HIGHEST_SEVERITY;
    return isSeverity ? `,"${escapedText(this.#numberName)}":${number}` : '';
  }
}
