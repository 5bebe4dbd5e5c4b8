// SPDX-License-Identifier: Apache-2.0
import {
  type Clock,
  holdEventLoop,
  invalidOption,
  isEncodingExporter,
  LogferryError,
  type LogRecordExporter,
  type LogRecordProcessor,
  type ReadableLogRecord,
  type RecordReader,
  withinDeadline,
} from '@logferry/core';

import { type BatchingProcessorStats, Ledger } from './accounting.ts';
import { admissionRules } from './admission.ts';
import { BatchIntake } from './batch-intake.ts';
import { BatchSealer } from './batch-sealer.ts';
import { BatchSender } from './batch-sender.ts';
import { type BatchingProcessorOptions, resolveOptions, type ResolvedOptions } from './batching-options.ts';
import type { Destination, SealedBatch } from './destination.ts';
import { DropNotices } from './drop-notices.ts';
import { EncodingDestination } from './encoding-destination.ts';
import { ExporterCalls } from './exporter-calls.ts';
import { PipelineEnd } from './pipeline-end.ts';
import { flushOnProcessEvents } from './process-end.ts';
import { reportMetrics } from './processor-metrics.ts';
import { RecordDestination } from './record-destination.ts';
import { exporterError, Reporter } from './reporter.ts';
import { shutDown } from './shutdown.ts';
import { UntoldDrops } from './untold-drops.ts';

/** The SDK's own default for a flush. */
const DEFAULT_FLUSH_TIMEOUT_MILLIS = 30_000;

/** Options of `forceFlush`. */
export interface FlushOptions {
  /** Milliseconds that the flush takes at most; Infinity is no limit. Default: 30000. */
  readonly timeoutMillis?: number;
}

/**
 * Collects log records into batches and exports them, within bounds of records and bytes.
 *
 * For an exporter that has an encoder (every exporter of Logferry) each record is encoded when it is emitted, and the
 * queue holds bytes. Any other exporter gets snapshots of the records. Whatever the exporter does, `onEmit` neither
 * throws nor blocks, and every record is counted once: see `stats`.
 */
export class BatchingLogRecordProcessor implements LogRecordProcessor, RecordReader {
  /** A record is encoded or copied when it is emitted. */
  readonly readsRecordsOnly: boolean = true;
  readonly #exporter: LogRecordExporter;
  readonly #options: ResolvedOptions;
  readonly #exporterCalls: ExporterCalls;
  readonly #reporter: Reporter;
  readonly #ledger: Ledger;
  readonly #intake: BatchIntake<SealedBatch>;
  readonly #sender: BatchSender<SealedBatch>;
  #notices: DropNotices | undefined;
  #shutdown: Promise<void> | undefined;
  #stopListening: () => void = () => {};

  /**
   * @param exporter owned by the processor from now on: it flushes it and shuts it down.
   * @throws LogferryError `INVALID_OPTION` when an option is out of its bounds or contradicts another.
   */
  constructor(exporter: LogRecordExporter, options: BatchingProcessorOptions = {}) {
    const resolved = resolveOptions(options);
    const { clock } = resolved;
    this.#exporter = exporter;
    this.#options = resolved;
    this.#exporterCalls = new ExporterCalls(clock);
    this.#reporter = new Reporter(resolved, resolved.diagnostics, clock);
    const untold = resolved.dropNotices ? new UntoldDrops(clock) : undefined;
    this.#ledger = new Ledger(this.#reporter, untold);
    const destination = destinationFor(exporter, this.#exporterCalls);
    const rules = admissionRules(resolved);
    const sealer = new BatchSealer({
      destination,
      ledger: this.#ledger,
      reporter: this.#reporter,
      maxBatchBytes: resolved.maxExportBatchBytes,
    });
    this.#sender = new BatchSender({
      destination,
      sealer,
      ledger: this.#ledger,
      reporter: this.#reporter,
      clock,
      exportTimeoutMillis: resolved.exportTimeoutMillis,
      reservedFrom: rules.reservedFrom,
      onDelivered: () => this.#notices?.delivered(),
    });
    this.#intake = new BatchIntake({
      sealer,
      sender: this.#sender,
      ledger: this.#ledger,
      reporter: this.#reporter,
      clock,
      exporterCalls: this.#exporterCalls,
      rules,
      maxBatchSize: resolved.maxExportBatchSize,
      maxBatchBytes: resolved.maxExportBatchBytes,
      maxBatchAgeMillis: resolved.scheduledDelayMillis,
      emitsNotices: untold !== undefined,
    });
    if (untold !== undefined) {
      this.#notices = new DropNotices({ untold, clock, emit: (makeRecord) => this.#intake.emitNotice(makeRecord) });
    }
    const { meterProvider, diagnostics } = resolved;
    if (meterProvider !== undefined) {
      reportMetrics({
        meterProvider,
        ledger: this.#ledger,
        stats: () => this.stats(),
        bounds: resolved,
        diagnostics,
      });
    }
    if (resolved.flushOn.length > 0) {
      const end = new PipelineEnd({
        intake: this.#intake,
        sender: this.#sender,
        sealer,
        destination,
        ledger: this.#ledger,
        reporter: this.#reporter,
        clock,
        timeoutMillis: resolved.flushOnTimeoutMillis,
        forceFlush: (timeoutMillis) => this.forceFlush({ timeoutMillis }),
      });
      this.#stopListening = flushOnProcessEvents(resolved.flushOn, end, diagnostics);
    }
  }

  /** Takes a record. Never throws; a record that finds no room is dropped and counted. */
  onEmit(record: ReadableLogRecord): void {
    this.#intake.emit(record);
  }

  /**
   * Exports everything that was accepted before the call, also what is in flight, then flushes the exporter. It resolves
   * when each of these records was delivered, or dropped and counted. After or during `shutdown` it waits for that.
   *
   * Rejects with a LogferryError: `DEADLINE_EXCEEDED` when the time is up, and then nothing is lost, the records stay
   * queued; `EXPORT_FAILED` when the exporter's own flush rejects; `INVALID_OPTION` for a bad timeout.
   */
  async forceFlush(options?: FlushOptions): Promise<void> {
    const { clock } = this.#options;
    const timeoutMillis = flushTimeout(options, this.#shutdown === undefined ? DEFAULT_FLUSH_TIMEOUT_MILLIS : Infinity);
    if (this.#shutdown !== undefined) return await inTime(this.#shutdown, timeoutMillis, clock);
    const endMillis = clock.monotonicMillis() + timeoutMillis;
    const stopHurrying = this.#sender.hurry();
    const releaseEventLoop = holdEventLoop();
    const wait = this.#sender.whenDone(await this.#intake.closeBatch());
    try {
      await inTime(wait.done, timeoutMillis, clock);
      // Shutdown flushes the exporter as well; one that is shut down must not be called any more.
      await inTime(this.#shutdown ?? this.#flushExporter(), endMillis - clock.monotonicMillis(), clock);
    } finally {
      wait.cancel();
      stopHurrying();
      releaseEventLoop();
    }
  }

  /**
   * Takes no records any more, exports what is queued, and shuts the exporter down, all within `shutdownTimeoutMillis`.
   * What is left then is dropped, counted, and reported. Never rejects. A second call gives the same promise.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#shutDown();
    return this.#shutdown;
  }

  /** Counts of this moment; see the two equations of `BatchingProcessorStats`. */
  stats(): BatchingProcessorStats {
    return this.#ledger.stats({
      queuedBytes: this.#sender.bytes + this.#intake.openBytes,
      inFlight: this.#sender.inFlight,
      inFlightSends: this.#sender.inFlightSends,
    });
  }

  async #shutDown(): Promise<void> {
    const releaseEventLoop = holdEventLoop();
    this.#notices?.end();
    try {
      await shutDown({
        intake: this.#intake,
        sender: this.#sender,
        reporter: this.#reporter,
        clock: this.#options.clock,
        timeoutMillis: this.#options.shutdownTimeoutMillis,
        flushExporter: () => this.#flushExporter(),
        shutDownExporter: () => this.#exporterCalls.shutdown(this.#exporter),
      });
    } finally {
      // Not earlier: a signal may come while it runs.
      this.#stopListening();
      releaseEventLoop();
    }
  }

  async #flushExporter(): Promise<void> {
    try {
      await this.#exporterCalls.forceFlush(this.#exporter);
    } catch (error) {
      const reported = exporterError("the exporter's forceFlush failed", error);
      this.#reporter.error('force-flush', reported);
      throw reported;
    }
  }
}

function destinationFor(exporter: LogRecordExporter, calls: ExporterCalls): Destination<SealedBatch> {
  if (typeof exporter !== 'object' || exporter === null) {
    throw invalidOption('exporter', exporter, 'a LogRecordExporter');
  }
  if (isEncodingExporter(exporter)) return new EncodingDestination(exporter, calls);
  if (typeof exporter.export !== 'function') throw invalidOption('exporter', exporter, 'a LogRecordExporter');
  return new RecordDestination(exporter, calls);
}

function flushTimeout(options: FlushOptions | undefined, fallback: number): number {
  const timeoutMillis = options?.timeoutMillis ?? fallback;
  if (typeof timeoutMillis === 'number' && timeoutMillis >= 0) return timeoutMillis;
  throw invalidOption('timeoutMillis', timeoutMillis, 'a number of at least 0');
}

/** Waits, and rejects with `DEADLINE_EXCEEDED` when the time is up. */
async function inTime(promise: Promise<void>, timeoutMillis: number, clock: Clock): Promise<void> {
  const result = await withinDeadline(promise, Math.max(timeoutMillis, 0), clock);
  if (result.kind === 'expired') {
    throw new LogferryError('DEADLINE_EXCEEDED', `the flush did not end within its time`);
  }
}
