// SPDX-License-Identifier: Apache-2.0
import { DROP_REASONS, type DropReason } from './drop-reason.ts';
import {
  addAt,
  addSeverities,
  newSeverityCounts,
  type SeverityCounts,
  type SeverityRange,
  toSeverityRecord,
} from './severity-counts.ts';

const REASONS: readonly DropReason[] = Object.keys(DROP_REASONS) as DropReason[];

/** Dropped records by reason and severity: `stats()` has the sums of each, metrics have the whole table. */
export class DropTable {
  readonly #rows: Readonly<Record<DropReason, SeverityCounts>> = perReason(newSeverityCounts);
  readonly #sent: Record<DropReason, number> = perReason(() => 0);

  /** Enters one record. */
  add(reason: DropReason, severity: number): void {
    addAt(this.#rows[reason], severity, 1);
  }

  /** Enters `count` records of a batch of `severities`. @param wasSent whether the exporter was handed it. */
  addPart(reason: DropReason, severities: SeverityCounts, count: number, wasSent: boolean): void {
    addSeverities(this.#rows[reason], severities, count);
    if (wasSent) this.#sent[reason] += count;
  }

  byReason(): Record<DropReason, number> {
    return perReason((reason) => this.#rows[reason].reduce((sum, count) => sum + count, 0));
  }

  /** The part that no exporter was ever handed. */
  unsentByReason(): Record<DropReason, number> {
    const all = this.byReason();
    return perReason((reason) => all[reason] - this.#sent[reason]);
  }

  bySeverity(): Record<SeverityRange, number> {
    const sums = newSeverityCounts();
    for (const reason of REASONS) for (const [index, count] of this.#rows[reason].entries()) addAt(sums, index, count);
    return toSeverityRecord(sums);
  }

  byReasonAndSeverity(): Record<DropReason, Record<SeverityRange, number>> {
    return perReason((reason) => toSeverityRecord(this.#rows[reason]));
  }
}

function perReason<T>(value: (reason: DropReason) => T): Record<DropReason, T> {
  return Object.fromEntries(REASONS.map((reason) => [reason, value(reason)])) as Record<DropReason, T>;
}
