// SPDX-License-Identifier: Apache-2.0

/** Texts that are remembered, and how long they are at most. */
const MAX_TEXTS = 64;
const MAX_UNITS = 256;

/** Texts that were not known before a place is taken for one where they differ. */
const TRIED_TEXTS = 512;

/** Texts in which nothing was found at a place, where texts come again. */
export class CleanTexts {
  #texts: Set<string> | undefined;
  #hits = 0;
  #misses = 0;

  /** Whether nothing was found in the text when it stood here before. */
  has(text: string): boolean {
    if (this.#misses > TRIED_TEXTS || text.length > MAX_UNITS) return false;
    if (this.#texts?.has(text) === true) {
      this.#hits += 1;
      return true;
    }
    this.#misses += 1;
    // Now and then it is tried anew, as long as it helps.
    if (this.#misses > TRIED_TEXTS && this.#hits > TRIED_TEXTS) {
      this.#misses = 0;
      this.#hits = 0;
    }
    return false;
  }

  add(text: string): void {
    if (this.#misses > TRIED_TEXTS) {
      this.#texts = undefined;
      return;
    }
    if (text.length > MAX_UNITS) return;
    if (this.#texts === undefined || this.#texts.size >= MAX_TEXTS) this.#texts = new Set();
    this.#texts.add(text);
  }
}
