// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  type Clock,
  Diagnostics,
  type EncodedBatch,
  type EncodedLinesBatch,
  type EncodingLogRecordExporter,
  type ExportResult,
  LogferryError,
  type ReadableLogRecord,
  type SendOutcome,
  suppressTracing,
  type WorkerSupport,
} from '@logferry/core';
import { OtlpJsonEncoder, type OtlpJsonEncoderOptions } from '@logferry/otlp-encoding';

import { FailureReports } from './failure-reports.ts';
import { FileNames } from './file-names.ts';
import { type FilePort, nodeFilePort } from './file-port.ts';
import { isLinesBatch } from './lines-batch.ts';
import { resolveOptions, type RotatingFileOptions } from './options.ts';
import { PathLock } from './path-lock.ts';
import { writePatiently } from './write-patiently.ts';
import { checkPath } from './preflight.ts';
import { RecordExports } from './record-exports.ts';
import { type FileCounts, RotatingFile } from './rotating-file.ts';
import { SerialQueue } from './serial-queue.ts';
import { workerSupport } from './worker-support.ts';

const COMPONENT = '@logferry/exporter-file';

const ALREADY_SHUT_DOWN = 'the file exporter is already shut down';

/** What became of the records, counted since construction. */
export interface RotatingFileStats extends FileCounts {
  /** The path of the current file. */
  readonly currentFile: string;
  /** Its size in bytes; 0 while it is closed. */
  readonly currentFileBytes: number;
  /** Failed file operations by error code, such as `ENOSPC`. */
  readonly failures: Readonly<Record<string, number>>;
}

/**
 * Writes OTLP JSON lines (the OpenTelemetry File Exporter's format) into a file that is rotated by size, and keeps a
 * bounded number of files. A failing disk stops nothing but the delivery: the batch, or what is left of it, is given back
 * as `retryable`, and writing resumes by itself.
 */
export class RotatingFileLogRecordExporter implements EncodingLogRecordExporter {
  /** What `WorkerLogRecordExporter` of @logferry/exporter-worker needs to know. */
  static readonly workerSupport: WorkerSupport<RotatingFileOptions> = workerSupport(import.meta.url);

  /** One, so that records keep their order. */
  readonly maxConcurrentSends: number = 1;
  readonly #encoding: OtlpJsonEncoderOptions;
  readonly #clock: Clock;
  readonly #diagnostics: Diagnostics;
  readonly #failures: FailureReports;
  readonly #lock: PathLock;
  readonly #file: RotatingFile;
  readonly #path: string;
  readonly #queue = new SerialQueue();
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
    const settings = resolveOptions(options);
    const names = new FileNames(settings.path);
    this.#path = names.currentPath;
    this.#encoding = settings.encoding;
    this.#clock = settings.clock;
    this.#exports = new RecordExports(settings.clock);
    this.#diagnostics = new Diagnostics(COMPONENT, settings.clock);
    this.#failures = new FailureReports(this.#diagnostics, settings.onError);
    const directory = checkPath(this.#path, settings.directoryMode);
    this.#lock = new PathLock(directory, names.current, this.#path, settings.lock);
    this.#file = new RotatingFile(settings, {
      names,
      lock: this.#lock,
      port,
      clock: settings.clock,
      diagnostics: this.#diagnostics,
      failures: this.#failures,
    });
  }

  createEncoder(): BatchEncoder {
    return new OtlpJsonEncoder(this.#encoding);
  }

  /**
   * Appends a batch to the current file. `delivered` means that the system has the bytes: they survive the end of the
   * process, in whatever way it comes, but not a power cut. An aborted send ends when the write in progress returns.
   */
  send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    if (this.#shutdown !== undefined) return Promise.resolve({ kind: 'failed', reason: ALREADY_SHUT_DOWN });
    return this.#enqueue(batch, signal, (lines) => this.#file.write(lines, signal));
  }

  /**
   * For processors that hand over records, such as the SDK's. They keep nothing after a failure, so a failed write is
   * repeated within the time of one export (30 s), or until the shutdown.
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
    await this.#queue.settled();
  }

  /** Writes what was sent before, closes the file and frees the path. Later sends fail. Never rejects. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#end();
    return this.#shutdown;
  }

  stats(): RotatingFileStats {
    return {
      currentFile: this.#path,
      currentFileBytes: this.#file.currentBytes,
      ...this.#file.counts(),
      failures: this.#failures.counts(),
    };
  }

  async #export(records: readonly ReadableLogRecord[]): Promise<ExportResult> {
    if (this.#shutdown !== undefined) {
      return { code: 1, error: new LogferryError('ALREADY_SHUTDOWN', ALREADY_SHUT_DOWN) };
    }
    const target = {
      createEncoder: () => this.createEncoder(),
      send: (batch: EncodedBatch, signal: AbortSignal) => {
        const write = (lines: EncodedLinesBatch): Promise<SendOutcome> => this.#file.write(lines, signal);
        return this.#enqueue(batch, signal, (lines) =>
          writePatiently(write, lines, [signal, this.#ending.signal], this.#clock),
        );
      },
    };
    return await this.#exports.run(target, records);
  }

  #enqueue(
    batch: EncodedBatch,
    signal: AbortSignal,
    write: (lines: EncodedLinesBatch) => Promise<SendOutcome>,
  ): Promise<SendOutcome> {
    if (!isLinesBatch(batch)) return Promise.resolve({ kind: 'failed', reason: 'the batch is not one of lines' });
    return this.#queue.run(
      () => suppressTracing(() => write(batch)),
      signal,
      () => ({ kind: 'retryable', reason: 'the send was cancelled' }),
    );
  }

  async #end(): Promise<void> {
    this.#ending.abort();
    await this.forceFlush();
    await this.#file.close();
    this.#lock.release();
  }
}
