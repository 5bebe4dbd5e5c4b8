// SPDX-License-Identifier: Apache-2.0
import type { Ledger } from './accounting.ts';
import type { Destination, DestinationOutcome, SealedBatch } from './destination.ts';
import type { QueuedBatch } from './queued-batch.ts';
import { settle, type Settlement } from './settlement.ts';
import { severitiesIn } from './severities-in-batch.ts';
import { newSeverityCounts, type SeverityCounts, unknownSeverities, withoutSeverities } from './severity-counts.ts';

export interface BookedOutcome<B> extends Settlement<B> {
  /** Of the records that are kept. */
  readonly keptSeverities: SeverityCounts;
}

/** Enters into the books what is done with; what is kept stays booked as queued. */
export function bookOutcome<B extends SealedBatch>(
  books: { readonly ledger: Ledger; readonly destination: Destination<B> },
  entry: QueuedBatch<B>,
  batch: B,
  outcome: DestinationOutcome<B>,
): BookedOutcome<B> {
  const settlement = settle(entry.records, outcome);
  const { delivered, rejected, failed, kept, remaining } = settlement;
  const keptSeverities = severitiesOfKept(books.destination, entry, remaining ?? batch, kept);
  const severities = withoutSeverities(entry.severities, keptSeverities) ?? unknownSeverities(entry.records);
  const done = { severities, sends: entry.sends, notices: entry.notices };
  books.ledger.deliver(delivered);
  books.ledger.drop('rejected', done, rejected);
  books.ledger.drop('failed', done, failed);
  return { ...settlement, keptSeverities };
}

function severitiesOfKept<B extends SealedBatch>(
  destination: Destination<B>,
  entry: QueuedBatch<B>,
  rest: B,
  kept: number,
): SeverityCounts {
  if (kept === entry.records) return entry.severities;
  return kept === 0 ? newSeverityCounts() : severitiesIn(destination, rest, kept);
}
