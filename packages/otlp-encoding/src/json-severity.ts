// SPDX-License-Identifier: Apache-2.0
import type { ByteArena } from './byte-arena.ts';
import { NOT_WRITTEN } from './not-written.ts';
import { JsonFragment, writeFragment } from './json-fragment.ts';
import { escapedText } from './json-text.ts';

/** The highest of the data model. */
const MAX_NUMBER = 24;

/** In UTF-16 units. */
const MAX_TEXT_LENGTH = 32;

/** The severity of records: for each number the bytes for the text that came with it last. */
export class JsonSeverity {
  readonly #last: { readonly text: unknown; readonly fragment: JsonFragment }[] = [];

  /** Writes the quote that ends the field before, and what there is of number and text. */
  write(arena: ByteArena, position: number, severityNumber: unknown, severityText: unknown): number {
    const index = severityNumber === undefined ? 0 : severityNumber;
    if (typeof index !== 'number') return NOT_WRITTEN;
    let last = this.#last[index];
    if (last === undefined || last.text !== severityText) {
      if (!isUsualNumber(index) || !isUsualText(severityText)) return NOT_WRITTEN;
      last = { text: severityText, fragment: new JsonFragment(severityJson(index, severityText ?? '')) };
      this.#last[index] = last;
    }
    return writeFragment(arena, position, last.fragment);
  }
}

function isUsualNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= MAX_NUMBER;
}

function isUsualText(value: unknown): value is string | undefined {
  return value === undefined || (typeof value === 'string' && value.length <= MAX_TEXT_LENGTH);
}

function severityJson(severityNumber: number, text: string): string {
  const numberJson = severityNumber === 0 ? '' : `,"severityNumber":${severityNumber}`;
  return text === '' ? `"${numberJson}` : `"${numberJson},"severityText":"${escapedText(text)}"`;
}
