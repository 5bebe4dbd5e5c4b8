// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  Diagnostics,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  type ExportResult,
  exportRecords,
  LogferryError,
  type ReadableLogRecord,
  type SendOutcome,
  withinDeadline,
  type WorkerSupport,
} from '@logferry/core';

import { ConsoleEncoder } from './console-encoder.ts';
import { type ConsoleExporterStats, ConsoleWriter } from './console-writer.ts';
import { GuardedStream } from './guarded-stream.ts';
import { type ConsoleLogRecordExporterOptions, type ResolvedOptions, resolveOptions } from './options.ts';
import { TurnQueue } from './turn-queue.ts';
import { workerSupport } from './worker-support.ts';

const SHUT_DOWN = 'the exporter is shut down';

const ABORTED: SendOutcome = { kind: 'retryable', reason: 'aborted before it was written' };

const NEVER_ABORTED: AbortSignal = new AbortController().signal;

/** A signal that is aborted after `writeTimeoutMillis`, unless it is stopped. */
interface Limit {
  readonly signal: AbortSignal;
  stop(): void;
}

/**
 * Writes log records to stdout, and to stderr where asked: readable lines on a terminal, lines of JSON elsewhere.
 *
 * A file or a terminal has the lines when `export` or `send` returns. A pipe is written asynchronously by Node: a process
 * that ends by itself writes all of it, `process.exit` cuts off what the reader has not taken yet, unless the processor
 * calls `sendSync` then.
 */
export class ConsoleLogRecordExporter implements EncodingLogRecordExporter {
  /** What `WorkerLogRecordExporter` of @logferry/exporter-worker needs to know. */
  static readonly workerSupport: WorkerSupport<ConsoleLogRecordExporterOptions> = workerSupport(import.meta.url);

  /** One, so that lines keep the order of the records. */
  readonly maxConcurrentSends = 1;

  readonly #options: ResolvedOptions;
  readonly #writer: ConsoleWriter;
  readonly #diagnostics: Diagnostics;
  readonly #underWay = new Set<Promise<unknown>>();
  readonly #waiting = new TurnQueue();
  #startedWrites = 0;
  #pendingBytes = 0;
  #shutdown: Promise<void> | undefined;

  /** @throws LogferryError `INVALID_OPTION` that names the option, its value and its bound. */
  constructor(options: ConsoleLogRecordExporterOptions = {}) {
    this.#options = resolveOptions(options);
    const { stdout, stderr, clock } = this.#options;
    const guard = new GuardedStream(stdout.stream);
    // One guard for a stream that is both, or each would believe that it is idle while the other writes.
    const isShared = stderr === undefined || stderr.stream === stdout.stream;
    this.#writer = new ConsoleWriter(guard, isShared ? guard : new GuardedStream(stderr.stream));
    this.#diagnostics = new Diagnostics('@logferry/exporter-console', clock);
  }

  /** Records and bytes written and failed since the start. */
  stats(): ConsoleExporterStats {
    return this.#writer.stats;
  }

  createEncoder(): BatchEncoder {
    return new ConsoleEncoder(this.#options);
  }

  /**
   * Writes one batch. When `signal` is aborted, lines that a stream holds but has not written count as failed, because
   * they can't be taken back and must not come twice; the rest of the batch is `retryable`.
   */
  async send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    if (this.#shutdown !== undefined) return this.#refuse(batch, SHUT_DOWN);
    if (signal.aborted) return ABORTED;
    return await this.#track(this.#enqueue(batch, () => this.#writer.write(batch, () => signal), signal));
  }

  /**
   * Writes at the end of the process, when no event loop turns any more. stdout and stderr of the process take everything
   * within the time, also through a pipe that is full; any other stream only what it takes at once.
   */
  sendSync(batches: readonly EncodedBatch[], timeoutMillis: number): readonly SendOutcome[] {
    const endMillis = performance.now() + timeoutMillis;
    return batches.map((batch) => {
      const outcome = this.#writer.finish(batch, endMillis);
      this.#diagnose(outcome);
      return outcome;
    });
  }

  /** For processors that hand over records; `writeTimeoutMillis` bounds the write. */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    if (this.#shutdown !== undefined) {
      this.#writer.countFailed(records.length);
      this.#call(resultCallback, { code: 1, error: new LogferryError('ALREADY_SHUTDOWN', SHUT_DOWN) });
      return;
    }
    void this.#track(this.#export(records, resultCallback));
  }

  /**
   * Waits until the streams have taken what was handed over so far.
   * @throws LogferryError `DEADLINE_EXCEEDED` after `writeTimeoutMillis`.
   */
  async forceFlush(): Promise<void> {
    const { writeTimeoutMillis, clock } = this.#options;
    const result = await withinDeadline(this.#settled(), writeTimeoutMillis, clock);
    if (result.kind === 'expired') {
      throw new LogferryError(
        'DEADLINE_EXCEEDED',
        `the streams did not take all lines within ${writeTimeoutMillis} ms`,
      );
    }
  }

  /** Like `forceFlush`; later records are refused and counted as failed. The streams stay open. */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.forceFlush();
    return this.#shutdown;
  }

  async #export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): Promise<void> {
    let isSent = false;
    const exporter = {
      createEncoder: () => this.createEncoder(),
      send: (batch: EncodedBatch) => {
        isSent = true;
        return this.#enqueue(batch, () => this.#writeInTime(batch));
      },
    };
    // Only a resource that is asked for has to be waited for.
    const limit = this.#options.includeResource ? this.#startLimit() : undefined;
    const result = await exportRecords(exporter, records, limit?.signal ?? NEVER_ABORTED);
    limit?.stop();
    if (!isSent) this.#writer.countFailed(records.length);
    this.#call(resultCallback, result);
  }

  #startLimit(): Limit {
    const { writeTimeoutMillis, clock } = this.#options;
    if (writeTimeoutMillis === Infinity) return { signal: NEVER_ABORTED, stop: () => {} };
    const controller = new AbortController();
    const timer = clock.setTimer(() => controller.abort(), writeTimeoutMillis);
    return { signal: controller.signal, stop: () => timer.cancel() };
  }

  #call(resultCallback: (result: ExportResult) => void, result: ExportResult): void {
    try {
      resultCallback(result);
    } catch (error) {
      const name = error instanceof Error ? error.name : typeof error;
      this.#diagnostics.error('callback', `the callback of an export threw (${name})`);
    }
  }

  async #settled(): Promise<void> {
    await Promise.all(this.#underWay);
    await this.#writer.idle();
  }

  /** Lets a flush wait for work that never rejects. */
  async #track<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    const result = await work;
    this.#underWay.delete(work);
    return result;
  }

  /** Keeps the order of the batches. @param signal ends the wait for its turn. */
  async #enqueue(batch: EncodedBatch, write: () => Promise<SendOutcome>, signal?: AbortSignal): Promise<SendOutcome> {
    const { maxPendingBytes } = this.#options;
    const size = batch.bytes.length;
    if (this.#pendingBytes > 0 && this.#pendingBytes + size > maxPendingBytes) {
      return this.#refuse(batch, `more than ${maxPendingBytes} bytes wait for the reader`);
    }
    this.#pendingBytes += size;
    // At once where nothing has to be waited for: a file or a terminal then has the lines on return.
    if (!this.#waiting.isEmpty || (this.#startedWrites > 0 && this.#writer.isBusy)) {
      const isItsTurn = await this.#waiting.wait(signal);
      if (!isItsTurn) {
        this.#pendingBytes -= size;
        return ABORTED;
      }
    }
    this.#startedWrites += 1;
    const outcome = await write();
    this.#startedWrites -= 1;
    this.#pendingBytes -= size;
    // One at a time from here on: each waits until the stream has taken what came before, or was given up.
    if (this.#startedWrites === 0) this.#waiting.callNext();
    this.#diagnose(outcome);
    return outcome;
  }

  async #writeInTime(batch: EncodedBatch): Promise<SendOutcome> {
    let limit: Limit | undefined;
    const outcome = await this.#writer.write(batch, () => {
      limit = this.#startLimit();
      return limit.signal;
    });
    limit?.stop();
    if (outcome.kind !== 'retryable') return outcome;
    // Nobody sends an export again: what is left of it is lost.
    const left = outcome.remaining?.recordCount ?? batch.recordCount;
    this.#writer.countFailed(left);
    const lost = left + (outcome.rejectedCount ?? 0);
    if (lost === batch.recordCount) return { kind: 'failed', reason: outcome.reason };
    return { kind: 'delivered', rejectedCount: lost, message: outcome.reason };
  }

  #refuse(batch: EncodedBatch, reason: string): SendOutcome {
    this.#writer.countFailed(batch.recordCount);
    const outcome: SendOutcome = { kind: 'failed', reason };
    this.#diagnose(outcome);
    return outcome;
  }

  #diagnose(outcome: SendOutcome): void {
    if (outcome.kind !== 'failed' && (outcome.rejectedCount ?? 0) === 0) return;
    const reason = (outcome.kind === 'delivered' ? outcome.message : outcome.reason) ?? '';
    this.#diagnostics.error(reason, `records are lost: ${reason}`);
  }
}
