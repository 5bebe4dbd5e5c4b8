// SPDX-License-Identifier: Apache-2.0
import type { DestinationOutcome, SealedBatch } from './destination.ts';

/** How the records of a batch are to be booked; the four counts add up to the batch. */
export interface Settlement<B> {
  readonly delivered: number;
  readonly rejected: number;
  readonly failed: number;
  readonly kept: number;
  /** What is to be sent again, when `kept` is not 0; undefined: the batch itself. */
  readonly remaining: B | undefined;
}

/** Books a batch of `records` by its outcome. Counts that can't be true are brought within the batch. */
export function settle<B extends SealedBatch>(records: number, outcome: DestinationOutcome<B>): Settlement<B> {
  switch (outcome.kind) {
    case 'delivered': {
      const rejected = within(outcome.rejectedCount, records);
      return { delivered: records - rejected, rejected, failed: 0, kept: 0, remaining: undefined };
    }
    case 'retryable': {
      const { remaining } = outcome;
      const kept = remaining === undefined ? records : within(remaining.recordCount, records);
      const rejected = within(outcome.rejectedCount ?? 0, records - kept);
      return { delivered: records - kept - rejected, rejected, failed: 0, kept, remaining };
    }
    default:
      return { delivered: 0, rejected: 0, failed: records, kept: 0, remaining: undefined };
  }
}

function within(count: number, bound: number): number {
  return count > 0 ? Math.min(Math.floor(count), bound) : 0;
}
