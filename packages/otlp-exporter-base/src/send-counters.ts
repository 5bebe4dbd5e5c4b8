// SPDX-License-Identifier: Apache-2.0
/** What an exporter has done since it was made. */
export interface OtlpExporterStats {
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
  /** Finished attempts by status, such as `UNAVAILABLE`; `CANCELLED_HERE` are those that a signal ended. */
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

  attemptEnded(status: string): void {
    this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + 1);
  }

  snapshot(): OtlpExporterStats {
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
