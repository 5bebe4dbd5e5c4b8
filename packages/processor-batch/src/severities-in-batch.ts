// SPDX-License-Identifier: Apache-2.0
import type { Destination, SealedBatch } from './destination.ts';
import {
  addAt,
  countOfAll,
  newSeverityCounts,
  type SeverityCounts,
  severityIndexOf,
  unknownSeverities,
} from './severity-counts.ts';

/** The severities of the records of a batch, read from itself; unknown where it can't tell or tells another number. */
export function severitiesIn<B extends SealedBatch>(
  destination: Destination<B>,
  batch: B,
  records: number,
): SeverityCounts {
  const counts = newSeverityCounts();
  const filtered = destination.filterBySeverity(batch, (severityNumber) => {
    addAt(counts, severityIndexOf(severityNumber), 1);
    // All are wanted: then nothing is copied.
    return true;
  });
  return filtered !== undefined && countOfAll(counts) === records ? counts : unknownSeverities(records);
}
