// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@logferry/core';

import type { DropReason } from './drop-reason.ts';
import { DropTable } from './drop-table.ts';
import type { SeverityCounts } from './severity-counts.ts';

/** Drops of which the destination was not told. */
export class UntoldDrops {
  readonly #clock: Clock;
  #table = new DropTable();
  #sinceMillis: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Wall time of the first of them; undefined when there is none. */
  get sinceMillis(): number | undefined {
    return this.#sinceMillis;
  }

  get table(): DropTable {
    return this.#table;
  }

  add(reason: DropReason, severity: number): void {
    this.#table.add(reason, severity);
    this.#sinceMillis ??= this.#clock.wallMillis();
  }

  addPart(reason: DropReason, severities: SeverityCounts, count: number): void {
    if (count === 0) return;
    this.#table.addPart(reason, severities, count, false);
    this.#sinceMillis ??= this.#clock.wallMillis();
  }

  /** Begins anew. */
  clear(): void {
    this.#table = new DropTable();
    this.#sinceMillis = undefined;
  }
}
