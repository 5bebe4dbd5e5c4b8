// SPDX-License-Identifier: Apache-2.0

/** UTF-16 units of a text that is remembered, of all texts of a place, and of all places. */
const MAX_UNITS = 4096;
const MAX_UNITS_OF_PLACE = 16_384;
const MAX_UNITS_OF_ALL = 1_048_576;

/** After so many texts it is looked whether enough of them were known. */
const PERIOD = 2048;

/** A text that is known saves four times of what it costs to ask for one that is not. */
const LEAST_HITS = PERIOD / 4;

/** Periods without enough known texts before a place is taken for one where they differ. */
const MAX_VAIN_PERIODS = 2;

/** What is shorter is never kept by V8 as a part of another text. */
const LEAST_PART_UNITS = 13;

/** What all places may still remember, in UTF-16 units. */
export class Allowance {
  unitsLeft: number = MAX_UNITS_OF_ALL;
}

/**
 * Texts in which nothing was found at a place, where texts come again. Once it is full it stays as it is as long as it helps: what
 * comes once would drive away what comes often.
 */
export class CleanTexts {
  readonly #allowance: Allowance;
  #texts: Set<string> | undefined;
  #units = 0;
  #asked = 0;
  #hits = 0;
  #vainPeriods = 0;

  constructor(allowance: Allowance) {
    this.#allowance = allowance;
  }

  /** Whether nothing was found in the text when it stood here before. */
  has(text: string): boolean {
    if (this.#vainPeriods === MAX_VAIN_PERIODS || text.length > MAX_UNITS) return false;
    if (this.#asked === PERIOD) this.#endPeriod();
    this.#asked += 1;
    if (this.#texts?.has(text) !== true) return false;
    this.#hits += 1;
    return true;
  }

  add(text: string): void {
    const { length } = text;
    if (this.#vainPeriods === MAX_VAIN_PERIODS || length > MAX_UNITS) return;
    if (this.#units + length > MAX_UNITS_OF_PLACE || length > this.#allowance.unitsLeft) return;
    this.#texts ??= new Set();
    this.#texts.add(length < LEAST_PART_UNITS ? text : copyOf(text));
    this.#units += length;
    this.#allowance.unitsLeft -= length;
  }

  #endPeriod(): void {
    if (this.#hits >= LEAST_HITS) {
      this.#vainPeriods = 0;
    } else {
      this.#vainPeriods += 1;
      this.#allowance.unitsLeft += this.#units;
      this.#units = 0;
      this.#texts = undefined;
    }
    this.#asked = 0;
    this.#hits = 0;
  }
}

const latin1 = Buffer.alloc(MAX_UNITS);

/** What is cut from a text holds on to all of it. @param text of at most 4,096 units. */
export function copyOf(text: string): string {
  const copy = latin1.toString('latin1', 0, latin1.write(text, 'latin1'));
  return copy === text ? copy : Buffer.from(text, 'utf16le').toString('utf16le');
}
