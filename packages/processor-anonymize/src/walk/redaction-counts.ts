// SPDX-License-Identifier: Apache-2.0

/** What was done how often in one place. */
interface Tally {
  readonly entity: string;
  readonly operator: string;
  readonly place: string;
  count: number;
}

/** Counts of what was done, by names of the policy. No key and no value of a record is ever one of them. */
export class RedactionCounts {
  /** As many as there are names of the policy and parts of a record. */
  readonly #tallies: Tally[] = [];
  /** What is found in a record is mostly of one kind. */
  #last: Tally | undefined;
  errors = 0;
  depthExceeded = 0;
  budgetExceeded = 0;
  /** All of the above together; it tells whether a record has changed. */
  total = 0;

  /** The sums of this moment. */
  get byEntity(): ReadonlyMap<string, number> {
    return this.#sums(({ entity }) => entity);
  }

  get byOperator(): ReadonlyMap<string, number> {
    return this.#sums(({ operator }) => operator);
  }

  get byPlace(): ReadonlyMap<string, number> {
    return this.#sums(({ place }) => place);
  }

  add(entity: string, operator: string, place: string): void {
    this.total += 1;
    this.#tally(entity, operator, place).count += 1;
  }

  addAll(other: RedactionCounts): void {
    this.total += other.total;
    this.errors += other.errors;
    this.depthExceeded += other.depthExceeded;
    this.budgetExceeded += other.budgetExceeded;
    for (const { entity, operator, place, count } of other.#tallies) {
      if (count > 0) this.#tally(entity, operator, place).count += count;
    }
  }

  clear(): void {
    if (this.total === 0) return;
    for (const tally of this.#tallies) tally.count = 0;
    this.errors = 0;
    this.depthExceeded = 0;
    this.budgetExceeded = 0;
    this.total = 0;
  }

  #tally(entity: string, operator: string, place: string): Tally {
    const isIt = (tally: Tally): boolean =>
      tally.place === place && tally.entity === entity && tally.operator === operator;
    if (this.#last !== undefined && isIt(this.#last)) return this.#last;
    let tally = this.#tallies.find(isIt);
    if (tally === undefined) {
      tally = { entity, operator, place, count: 0 };
      this.#tallies.push(tally);
    }
    this.#last = tally;
    return tally;
  }

  #sums(nameOf: (tally: Tally) => string): Map<string, number> {
    const sums = new Map<string, number>();
    for (const tally of this.#tallies) {
      if (tally.count > 0) sums.set(nameOf(tally), (sums.get(nameOf(tally)) ?? 0) + tally.count);
    }
    return sums;
  }
}
