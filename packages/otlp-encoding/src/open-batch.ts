// SPDX-License-Identifier: Apache-2.0

/** The records of one scope of one resource in an open batch. */
export interface RecordGroup {
  readonly resource: unknown;
  readonly scope: unknown;
  /** Where its records stand, as pairs of start and end; the records of one pair follow each other. */
  readonly ranges: number[];
  recordCount: number;
}

/** Which records of an open batch belong to which scope of which resource, in the order in which these were first seen. */
export class OpenBatch {
  readonly #resources = new Map<unknown, Map<unknown, RecordGroup>>();
  /** Of the last record, and so in most programs of the next one: most have one resource. */
  #last: RecordGroup | undefined;
  #lastScopes: Map<unknown, RecordGroup> | undefined;
  recordCount = 0;
  byteLength = 0;

  /** Notes records that stand from `start` to `end`. */
  add(resource: unknown, scope: unknown, start: number, end: number, recordCount: number): void {
    this.recordCount += recordCount;
    this.byteLength += end - start;
    let group = this.#last;
    if (group === undefined || group.scope !== scope || group.resource !== resource) {
      group = this.#group(resource, scope);
      this.#last = group;
    }
    const { ranges } = group;
    group.recordCount += recordCount;
    if (ranges[ranges.length - 1] === start) ranges[ranges.length - 1] = end;
    else ranges.push(start, end);
  }

  get resources(): ReadonlyMap<unknown, ReadonlyMap<unknown, RecordGroup>> {
    return this.#resources;
  }

  /** The group of all records, when there is only one and its records follow each other. */
  get single(): RecordGroup | undefined {
    const group = this.#last;
    if (group === undefined || group.recordCount !== this.recordCount) return undefined;
    return group.ranges.length === 2 ? group : undefined;
  }

  #group(resource: unknown, scope: unknown): RecordGroup {
    let scopes = this.#lastScopes;
    if (scopes === undefined || this.#last?.resource !== resource) {
      scopes = this.#resources.get(resource);
      if (scopes === undefined) {
        scopes = new Map();
        this.#resources.set(resource, scopes);
      }
      this.#lastScopes = scopes;
    }
    let group = scopes.get(scope);
    if (group === undefined) {
      group = { resource, scope, ranges: [], recordCount: 0 };
      scopes.set(scope, group);
    }
    return group;
  }
}
