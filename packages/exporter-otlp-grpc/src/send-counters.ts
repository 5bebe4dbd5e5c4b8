// SPDX-License-Identifier: Apache-2.0
import { isKnownStatus, statusName } from './grpc-status.ts';

/** What an exporter has done since it was made. */
export interface OtlpGrpcExporterStats {
  /** Batches given to `send`, with those that came through `export`. */
  readonly sends: number;
  /** Requests put on the wire, retries and parts included. */
  readonly attempts: number;
  /** Attempts that followed a refused one. */
  readonly retries: number;
  /** Batches or parts that were split for their size. */
  readonly splits: number;
  /** Records that the server took. */
  readonly deliveredRecords: number;
  /** Records that the server refused in a partial success. */
  readonly rejectedRecords: number;
  /** Records lost for good: refused by the retry table, oversized, or given up. */
  readonly failedRecords: number;
  /** Bytes of all attempts, before compression and without framing. */
  readonly bytesSent: number;
  /** Finished attempts by gRPC status name; `CANCELLED_HERE` are those that a signal ended. */
  readonly attemptsByStatus: Readonly<Record<string, number>>;
}

/** Counts for `stats()`. */
export class SendCounters {
  sends = 0;
  retries = 0;
  splits = 0;
  deliveredRecords = 0;
  rejectedRecords = 0;
  failedRecords = 0;
  #attempts = 0;
  #bytesSent = 0;
  readonly #byStatus = new Map<string, number>();

  attemptStarted(bytes: number): void {
    this.#attempts += 1;
    this.#bytesSent += bytes;
  }

  /** @param code gRPC status; undefined when a signal ended the attempt. */
  attemptEnded(code: number | undefined): void {
    // One name for all unknown codes: the server chooses them, and memory is bounded.
    const name = code === undefined ? 'CANCELLED_HERE' : isKnownStatus(code) ? statusName(code) : 'OTHER';
    this.#byStatus.set(name, (this.#byStatus.get(name) ?? 0) + 1);
  }

  snapshot(): OtlpGrpcExporterStats {
    return {
      sends: this.sends,
      attempts: this.#attempts,
      retries: this.retries,
      splits: this.splits,
      deliveredRecords: this.deliveredRecords,
      rejectedRecords: this.rejectedRecords,
      failedRecords: this.failedRecords,
      bytesSent: this.#bytesSent,
      attemptsByStatus: Object.fromEntries(this.#byStatus),
    };
  }
}
