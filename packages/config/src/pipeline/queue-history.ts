// SPDX-License-Identifier: Apache-2.0
import type { BatchingLogRecordProcessor, BatchingProcessorStats } from '@logferry/processor-batch';

import { addCounts } from './pipeline-stats.ts';

/** Queues that a destination had before, so that nothing is forgotten that went through them. */
export class QueueHistory {
  readonly #ending = new Set<BatchingLogRecordProcessor>();
  #ended: BatchingProcessorStats | undefined;

  /** @param done resolves when the queue is shut down; never rejects. */
  add(queue: BatchingLogRecordProcessor, done: Promise<void>): void {
    this.#ending.add(queue);
    void done.then(() => {
      this.#ending.delete(queue);
      this.#ended = sum([this.#ended, queue.stats()]);
    });
  }

  /** The counts of all queues, with those of the one that is used now. */
  stats(current: BatchingProcessorStats | undefined): BatchingProcessorStats | undefined {
    return sum([this.#ended, ...[...this.#ending].map((queue) => queue.stats()), current]);
  }
}

function sum(counts: readonly (BatchingProcessorStats | undefined)[]): BatchingProcessorStats | undefined {
  return counts.reduce((total, one) =>
    total === undefined || one === undefined ? (total ?? one) : addCounts(total, one),
  );
}
