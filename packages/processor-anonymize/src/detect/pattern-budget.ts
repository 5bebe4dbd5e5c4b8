// SPDX-License-Identifier: Apache-2.0

/** Steps that the patterns of an application may still take for the current record, each counted at its worst. */
export interface PatternBudget {
  stepsLeft: number;
}
