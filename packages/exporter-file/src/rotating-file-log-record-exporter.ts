// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  Diagnostics,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  type ExportResult,
  LogferryError,
  type ReadableLogRecord,
  type SendOutcome,
  suppressTracing,
  type WorkerSupport,
} from '@logferry/core';

import { isLinesBatch } from './lines-batch.ts';
import type { Destination, DestinationStats } from './destination.ts';
import { LogFiles } from './log-files.ts';
import { type FilePort, nodeFilePort } from './file-port.ts';
import type { RotatingFileOptions } from './options.ts';
import { RecordExports } from './record-exports.ts';
import { resolveOptions, type ResolvedOptions } from './resolve-options.ts';
import { StandardOutput } from './standard-output.ts';
import { workerSupport } from './worker-support.ts';

const COMPONENT = '@logferry/exporter-file';

const ALREADY_SHUT_DOWN = 'the file exporter is already shut down';

/** What became of the records, counted since construction. */
export type RotatingFileStats = DestinationStats;

/**
 * Writes log records as lines into a file that is rotated by size and time, and keeps a bounded number, age and total size
 * of files. A failing disk stops nothing but the delivery: the batch, or what is left of it, is given back as `retryable`,
 * and writing resumes by itself.
 */
export class RotatingFileLogRecordExporter implements EncodingLogRecordExporter {
  /** What `WorkerLogRecordExporter` of @logferry/exporter-worker needs to know. */
  static readonly workerSupport: WorkerSupport<RotatingFileOptions> = workerSupport(import.meta.url);

  /** One, so that records keep their order. */
  readonly maxConcurrentSends: number = 1;
  readonly #settings: ResolvedOptions;
  readonly #diagnostics: Diagnostics;
  readonly #files: Destination;
  readonly #exports: RecordExports;
  readonly #ending = new AbortController();
  #shutdown: Promise<void> | undefined;

  /**
   * @param port the file operations after construction; tests put faults here.
   * @throws LogferryError `INVALID_OPTION` for a bad option; `UNUSABLE_FILE` when the path is a symbolic link, a FIFO or
   *   anything but a regular file, has several hard links, belongs to another user, is in use by another exporter, or when
   *   it or its directory can't be written.
   */
  constructor(options: RotatingFileOptions, port: FilePort = nodeFilePort) {
    this.#settings = resolveOptions(options);
    this.#diagnostics = new Diagnostics(COMPONENT, this.#settings.clock);
    this.#exports = new RecordExports(this.#settings.clock);
    this.#files =
      this.#settings.output === 'stdout'
        ? new StandardOutput(this.#settings, this.#diagnostics)
        : new LogFiles(this.#settings, this.#diagnostics, port);
  }

  createEncoder(): BatchEncoder {
    return this.#settings.encoding.createEncoder('private');
  }

  /**
   * Appends a batch to the current file. `delivered` means that the system has the bytes: they survive the end of the
   * process, in whatever way it comes, and with the fsync policy `every-batch` a power cut. An aborted send ends when the
   * write in progress returns.
   */
  send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    if (this.#shutdown !== undefined) return Promise.resolve({ kind: 'failed', reason: ALREADY_SHUT_DOWN });
    return this.#write(batch, signal, undefined);
  }

  /** Writes from the process's `exit` event, with all limits and rotations; what is under way is finished first. */
  sendSync(batches: readonly EncodedBatch[], timeoutMillis: number): readonly SendOutcome[] {
    if (this.#shutdown !== undefined) return batches.map(() => ({ kind: 'failed', reason: ALREADY_SHUT_DOWN }));
    return this.#files.finishSync(batches, timeoutMillis);
  }

  /**
   * For processors that hand over records, such as the SDK's. They keep nothing after a failure, so a failed write is
   * repeated within the time of one export (30 s), or until the shutdown. What waits is bounded by `maxPendingBytes`.
   */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    void this.#export(records).then((result) => {
      try {
        resultCallback(result);
      } catch {
        // The callback belongs to the processor; what it throws must not become an unhandled rejection.
        this.#diagnostics.error('result-callback', 'the callback of an export threw');
      }
    });
  }

  /** Resolves when everything that was sent or exported before is written or has failed. Never rejects. */
  async forceFlush(): Promise<void> {
    await this.#exports.settled();
    await this.#files.settled();
  }

  /**
   * Rotates the current file when what was sent before is written, if it holds any record. Never rejects.
   * @returns whether there was a rotation.
   */
  async rotate(): Promise<boolean> {
    return this.#shutdown === undefined && (await this.#files.rotate('request'));
  }

  /**
   * Writes what was sent before, closes the file, waits up to 30 s for rotated files to be compressed and archived, and
   * frees the path. Later sends fail. Never rejects.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#end();
    return this.#shutdown;
  }

  stats(): RotatingFileStats {
    return this.#files.stats();
  }

  async #export(records: readonly ReadableLogRecord[]): Promise<ExportResult> {
    const { metrics } = this.#files;
    if (this.#shutdown !== undefined) {
      metrics.dropped('already_shutdown', records.length);
      return { code: 1, error: new LogferryError('ALREADY_SHUTDOWN', ALREADY_SHUT_DOWN) };
    }
    if (this.#files.pendingBytes > this.#settings.maxPendingBytes) {
      metrics.dropped('buffer_full', records.length);
      const reason = `more than ${this.#settings.maxPendingBytes} bytes wait for ${this.#files.path}; records are refused`;
      this.#diagnostics.error('buffer-full', reason);
      return { code: 1, error: new LogferryError('EXPORT_FAILED', reason) };
    }
    const target = {
      createEncoder: () => this.createEncoder(),
      send: (batch: EncodedBatch, signal: AbortSignal) => this.#write(batch, signal, [signal, this.#ending.signal]),
    };
    const result = await this.#exports.run(target, records);
    if (result.error !== undefined) metrics.dropped('write_failed', records.length);
    return result;
  }

  #write(
    batch: EncodedBatch,
    signal: AbortSignal,
    untilAborted: readonly AbortSignal[] | undefined,
  ): Promise<SendOutcome> {
    if (!isLinesBatch(batch)) return Promise.resolve({ kind: 'failed', reason: 'the batch is not one of lines' });
    const request = { batch, signal, ...(untilAborted === undefined ? {} : { untilAborted }) };
    return suppressTracing(() => this.#files.write(request));
  }

  async #end(): Promise<void> {
    this.#ending.abort();
    await this.forceFlush();
    await this.#files.close();
  }
}
