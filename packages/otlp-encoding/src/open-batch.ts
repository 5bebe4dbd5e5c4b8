// SPDX-License-Identifier: Apache-2.0

/** The records of one scope of one resource in an open batch. */
export interface RecordGroup {
  readonly resource: unknown;
  readonly scope: unknown;
  /** Where its records stand, as pairs of start and end; the records of one pair follow each other. */
  readonly ranges: number[];
  recordCount: number;
}

/**
 * Which records of an open batch belong to which scope of which resource, in the order in which these were first seen.
 * Most records come from where the last one came: such a run is noted in its group only when it ends.
 */
export class OpenBatch {
  readonly #resources = new Map<unknown, Map<unknown, RecordGroup>>();
  #recordCount = 0;
  #closedBytes = 0;
  /** The current run. */
  #group: RecordGroup | undefined;
  #resource: unknown;
  #scope: unknown;
  #start = 0;
  #end = -1;
  #runRecords = 0;

  get recordCount(): number {
    return this.#recordCount;
  }

  get byteLength(): number {
    return this.#group === undefined ? 0 : this.#closedBytes + this.#end - this.#start;
  }

  /** Notes records that stand from `start` to `end`. */
  add(resource: unknown, scope: unknown, start: number, end: number, recordCount: number): void {
    if (start !== this.#end || scope !== this.#scope || resource !== this.#resource)
      this.#begin(resource, scope, start);
    this.#end = end;
    this.#runRecords += recordCount;
    this.#recordCount += recordCount;
  }

  resources(): Iterable<unknown> {
    return this.#resources.keys();
  }

  /** The groups by resource and scope. */
  groups(): ReadonlyMap<unknown, ReadonlyMap<unknown, RecordGroup>> {
    this.#close();
    return this.#resources;
  }

  /** The group of all records, when there is only one and its records follow each other. */
  singleGroup(): RecordGroup | undefined {
    this.#close();
    const group = this.#group;
    return group?.recordCount === this.#recordCount && group.ranges.length === 2 ? group : undefined;
  }

  #begin(resource: unknown, scope: unknown, start: number): void {
    this.#close();
    this.#group = this.#find(resource, scope);
    this.#resource = resource;
    this.#scope = scope;
    this.#start = start;
    this.#end = start;
  }

  #close(): void {
    const group = this.#group;
    if (group === undefined || this.#start === this.#end) return;
    group.ranges.push(this.#start, this.#end);
    group.recordCount += this.#runRecords;
    this.#closedBytes += this.#end - this.#start;
    this.#start = this.#end;
    this.#runRecords = 0;
  }

  #find(resource: unknown, scope: unknown): RecordGroup {
    let scopes = this.#resources.get(resource);
    if (scopes === undefined) {
      scopes = new Map();
      this.#resources.set(resource, scopes);
    }
    let group = scopes.get(scope);
    if (group === undefined) {
      group = { resource, scope, ranges: [], recordCount: 0 };
      scopes.set(scope, group);
    }
    return group;
  }
}
