// SPDX-License-Identifier: Apache-2.0
import { readRecordTimes } from '@logferry-test/support';

const NANOS_PER_NUMBER = 1_000_000_000n;

/**
 * What has arrived at the end of the line: how often each numbered record was seen, and in which life of the Collector
 * first. Lives are counted from 0; one ends with each kill.
 */
export class Sightings {
  /** Life of the first sighting + 1, by number; 0: never seen. */
  readonly #firstLife: Uint16Array;
  readonly #duplicatesByLife: number[] = [];
  #life = 0;
  #unique = 0;
  #duplicates = 0;
  #unknown = 0;

  /** @param maxNumber numbers go from 1 to this. */
  constructor(maxNumber: number) {
    this.#firstLife = new Uint16Array(maxNumber + 1);
  }

  /** Records that were seen at least once. */
  get unique(): number {
    return this.#unique;
  }

  /** Sightings beyond the first. */
  get duplicates(): number {
    return this.#duplicates;
  }

  /** Records with a number that nobody gave. */
  get unknown(): number {
    return this.#unknown;
  }

  /** Sightings from now on belong to the Collector's next life. */
  beginLife(): void {
    this.#life += 1;
  }

  take(request: Uint8Array): void {
    readRecordTimes(request, (time) => this.#see(Number(time / NANOS_PER_NUMBER)));
  }

  /** Duplicates of records that were seen first in this life: what the kill at its end brought about. */
  duplicatesOfLife(life: number): number {
    return this.#duplicatesByLife[life] ?? 0;
  }

  /** How many of the numbers from 1 to `count` were never seen. */
  missing(count: number): number {
    let missing = 0;
    for (let number = 1; number <= count; number += 1) if (this.#firstLife[number] === 0) missing += 1;
    return missing;
  }

  #see(number: number): void {
    const first = this.#firstLife[number];
    if (first === undefined || number === 0) {
      this.#unknown += 1;
    } else if (first === 0) {
      this.#firstLife[number] = this.#life + 1;
      this.#unique += 1;
    } else {
      this.#duplicates += 1;
      this.#duplicatesByLife[first - 1] = (this.#duplicatesByLife[first - 1] ?? 0) + 1;
    }
  }
}
