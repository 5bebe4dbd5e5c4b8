// SPDX-License-Identifier: Apache-2.0

/** What a walk notes of the current record: counts, what is left of its budget, and where things were found when somebody asks. */
import { BUDGET_LABEL, DEPTH_LABEL, ERROR_LABEL } from '../entities.ts';
import type { FindingTrace } from './finding-trace.ts';
import type { RedactionCounts } from './redaction-counts.ts';
import { countFinding, type Replacement } from './text-redaction.ts';

export class WalkNotes {
  readonly counts: RedactionCounts;
  /** The part of the record. */
  place = '';
  /** Items and entries that may still be visited for the current record. */
  valuesLeft = 0;
  /** Where findings are noted with their paths, when somebody asks. */
  trace: FindingTrace | undefined;

  constructor(counts: RedactionCounts) {
    this.counts = counts;
  }

  /** Parts of the text at the current place, which are counted elsewhere. */
  parts(replacements: readonly Replacement[]): void {
    this.trace?.parts(this.place, replacements);
  }

  /** The value at the current place as a whole. */
  whole(entity: string, operator: string): void {
    this.counts.add(entity, operator, this.place);
    this.#traceWhole(entity, operator);
  }

  /** A part of the key that leads to the current place. */
  key(entity: string, operator: string): void {
    countFinding(this.counts, entity, operator, 'key');
    this.trace?.whole({ place: this.place, entity, operator }, true);
  }

  /** Something threw. @returns what stands for it. */
  failed(): string {
    this.counts.errors += 1;
    this.#traceWhole('error', 'redact');
    return this.marked(ERROR_LABEL);
  }

  tooDeep(): string {
    this.counts.depthExceeded += 1;
    this.#traceWhole('limit', 'redact');
    return this.marked(DEPTH_LABEL);
  }

  overBudget(): string {
    this.counts.budgetExceeded += 1;
    this.#traceWhole('limit', 'redact');
    return this.marked(BUDGET_LABEL);
  }

  /** A text that stands for what is not written: a change, and no finding. */
  marked(text: string): string {
    this.counts.total += 1;
    return text;
  }

  #traceWhole(entity: string, operator: string): void {
    this.trace?.whole({ place: this.place, entity, operator });
  }
}
