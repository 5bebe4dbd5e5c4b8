// SPDX-License-Identifier: Apache-2.0
import type { Diagnostics, EncodedBatch, SendOutcome } from '@logferry/core';

import type { Destination, DestinationStats } from './destination.ts';
import { FailureReports } from './failure-reports.ts';
import { FileMetrics } from './file-metrics.ts';
import { isLinesBatch } from './lines-batch.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import type { WriteRequest } from './write-queue.ts';

const NAME = 'stdout';

/**
 * Lines on the standard output, as the File Exporter specification wants them to be possible. Node writes there at once
 * where it is a file, a terminal or, on POSIX, a pipe: what was handed over is out before the process can exit.
 */
export class StandardOutput implements Destination {
  readonly path: string = NAME;
  readonly metrics: FileMetrics;
  readonly #failures: FailureReports;
  readonly #onError = (): void => {
    // Without a listener, a closed pipe would end the process; the callback of the write tells of it.
  };
  /** What became of the batches that were handed over. */
  readonly #written = new WeakMap<EncodedBatch, SendOutcome>();
  #last: Promise<unknown> = Promise.resolve();
  #pendingBytes = 0;
  #writtenRecords = 0;
  #writtenBytes = 0;

  constructor(settings: ResolvedOptions, diagnostics: Diagnostics) {
    this.metrics = new FileMetrics(settings.meterProvider);
    this.#failures = new FailureReports(diagnostics, settings.onError);
    process.stdout.on('error', this.#onError);
  }

  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  async write({ batch, signal }: WriteRequest): Promise<SendOutcome> {
    if (signal.aborted) return { kind: 'retryable', reason: 'the send was cancelled' };
    this.#pendingBytes += batch.bytes.byteLength;
    const writing = new Promise<SendOutcome>((resolve) => {
      // A copy: the caller releases the batch when the promise settles, but the stream may hold on to it a little longer.
      process.stdout.write(batch.bytes.slice(), (error) => resolve(this.#outcomeOf(batch, error ?? undefined)));
    });
    this.#written.set(batch, { kind: 'delivered', rejectedCount: 0 });
    this.#last = writing;
    const outcome = await writing;
    this.#pendingBytes -= batch.bytes.byteLength;
    return outcome;
  }

  rotate(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async settled(): Promise<void> {
    await this.#last;
  }

  finishSync(batches: readonly EncodedBatch[]): SendOutcome[] {
    return batches.map((batch) => {
      const known = this.#written.get(batch);
      if (known !== undefined) return known;
      if (!isLinesBatch(batch)) return { kind: 'failed', reason: 'the batch is not one of lines' };
      if (process.stdout.destroyed) return { kind: 'failed', reason: `${NAME} is closed` };
      process.stdout.write(batch.bytes.slice());
      if (process.stdout.writableLength > 0) return { kind: 'retryable', reason: `${NAME} did not take all at once` };
      return this.#outcomeOf(batch, undefined);
    });
  }

  async close(): Promise<void> {
    await this.#last;
    process.stdout.off('error', this.#onError);
  }

  stats(): DestinationStats {
    return {
      currentFile: NAME,
      currentFileBytes: 0,
      writtenRecords: this.#writtenRecords,
      writtenBytes: this.#writtenBytes,
      rotations: 0,
      deletedFiles: 0,
      repairedLines: 0,
      externalChanges: 0,
      pendingBytes: this.#pendingBytes,
      archivedFiles: 0,
      failures: this.#failures.counts(),
      drops: this.metrics.drops(),
    };
  }

  #outcomeOf(batch: EncodedBatch, error: Error | undefined): SendOutcome {
    if (error !== undefined) {
      // Nobody reads any more, and how much arrived is not known.
      return { kind: 'failed', reason: this.#failures.stopped('writing', NAME, error) };
    }
    const bytes = batch.bytes.byteLength;
    this.#writtenRecords += batch.recordCount;
    this.#writtenBytes += bytes;
    this.metrics.wrote(batch.recordCount, bytes);
    this.#failures.wrote(NAME);
    return { kind: 'delivered', rejectedCount: 0 };
  }
}
