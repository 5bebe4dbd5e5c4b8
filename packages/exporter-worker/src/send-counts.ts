// SPDX-License-Identifier: Apache-2.0
import type { SendOutcome } from '@logferry/core';

/** What a `WorkerLogRecordExporter` has done since it was made. */
export interface WorkerExporterStats {
  /** Sends that were settled, with those that came through `export`. */
  readonly sends: number;
  /** Records that the destination took. */
  readonly deliveredRecords: number;
  /** Records that the destination refused. */
  readonly rejectedRecords: number;
  /** Records lost for good. */
  readonly failedRecords: number;
  /** Batches that the worker had begun when it died, and that are sent again. */
  readonly resentBatches: number;
  /** Batches copied into shared memory, because their encoder does not write there. */
  readonly copiedBatches: number;
  /** Batches that the worker has. */
  readonly batchesInWorker: number;
  /** Batches that wait for the worker. */
  readonly waitingBatches: number;
  /** Bytes of both. */
  readonly pendingBytes: number;
  /** Worker threads started. */
  readonly starts: number;
  /** Worker threads that ended by themselves after they had worked. */
  readonly crashes: number;
  /** What the exporter in the worker last said of itself, counted since that worker was started. */
  readonly exporter: Readonly<Record<string, unknown>> | undefined;
}

/** Counts outcomes for `stats()`. */
export class SendCounts {
  resentBatches = 0;
  #sends = 0;
  #deliveredRecords = 0;
  #rejectedRecords = 0;
  #failedRecords = 0;

  /** @param recordCount of the whole batch. */
  count(outcome: SendOutcome, recordCount: number): void {
    this.#sends += 1;
    switch (outcome.kind) {
      case 'delivered':
        this.#deliveredRecords += recordCount - outcome.rejectedCount;
        this.#rejectedRecords += outcome.rejectedCount;
        break;
      case 'failed':
        this.#failedRecords += recordCount;
        break;
      case 'retryable': {
        const rejected = outcome.rejectedCount ?? 0;
        const remaining = outcome.remaining?.recordCount ?? recordCount;
        this.#deliveredRecords += recordCount - remaining - rejected;
        this.#rejectedRecords += rejected;
      }
    }
  }

  snapshot(): Pick<
    WorkerExporterStats,
    'sends' | 'deliveredRecords' | 'rejectedRecords' | 'failedRecords' | 'resentBatches'
  > {
    return {
      sends: this.#sends,
      deliveredRecords: this.#deliveredRecords,
      rejectedRecords: this.#rejectedRecords,
      failedRecords: this.#failedRecords,
      resentBatches: this.resentBatches,
    };
  }
}
