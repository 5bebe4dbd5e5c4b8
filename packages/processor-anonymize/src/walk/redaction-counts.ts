// SPDX-License-Identifier: Apache-2.0

/** Counts of what was done, by names of the policy. No key and no value of a record is ever one of them. */
export class RedactionCounts {
  readonly byEntity: Map<string, number> = new Map();
  readonly byOperator: Map<string, number> = new Map();
  readonly byPlace: Map<string, number> = new Map();
  errors = 0;
  depthExceeded = 0;
  budgetExceeded = 0;
  /** All of the above together; it tells whether a record has changed. */
  total = 0;

  add(entity: string, operator: string, place: string): void {
    this.total += 1;
    increase(this.byEntity, entity);
    increase(this.byOperator, operator);
    increase(this.byPlace, place);
  }

  addAll(other: RedactionCounts): void {
    this.total += other.total;
    this.errors += other.errors;
    this.depthExceeded += other.depthExceeded;
    this.budgetExceeded += other.budgetExceeded;
    for (const [name, count] of other.byEntity) increase(this.byEntity, name, count);
    for (const [name, count] of other.byOperator) increase(this.byOperator, name, count);
    for (const [name, count] of other.byPlace) increase(this.byPlace, name, count);
  }

  clear(): void {
    if (this.total === 0) return;
    this.byEntity.clear();
    this.byOperator.clear();
    this.byPlace.clear();
    this.errors = 0;
    this.depthExceeded = 0;
    this.budgetExceeded = 0;
    this.total = 0;
  }
}

function increase(counts: Map<string, number>, name: string, by: number = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + by);
}
