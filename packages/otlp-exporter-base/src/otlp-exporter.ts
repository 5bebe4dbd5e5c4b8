// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  type Diagnostics,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  type ExportResult,
  exportRecords,
  type ReadableLogRecord,
  type SendOutcome,
  withinDeadline,
} from '@logferry/core';

import { type ExporterIdentity, ExporterMetrics, type ExportOperation } from './exporter-metrics.ts';
import { CountingTransport } from './counting-transport.ts';
import { deliverBatch } from './deliver-batch.ts';
import { IdleEncoders } from './idle-encoders.ts';
import type { ResolvedSharedOptions } from './resolve-shared.ts';
import { type RequestOutcome, RetryingTransport } from './retrying-transport.ts';
import { type OtlpExporterStats, SendCounters } from './send-counters.ts';
import { type RefusedAttempt, refusalReason, type Transport } from './transport.ts';

/** How long `export` goes on: the processors that use it do not cancel what they give up on. */
const EXPORT_TIMEOUT_MILLIS = 30_000;

/**
 * How long attempts in flight may go on at shutdown. The SDK's simple processor shuts its exporter down without waiting
 * for the exports that it began.
 */
const SHUTDOWN_GRACE_MILLIS = 5000;

/** A send in flight. */
interface ActiveSend {
  readonly controller: AbortController;
  readonly settled: Promise<SendOutcome>;
}

/** What one protocol brings to an exporter. */
export interface OtlpExporterParts {
  readonly options: Pick<
    ResolvedSharedOptions,
    'retry' | 'maxRequestBytes' | 'maxConcurrentSends' | 'meterProvider' | 'clock'
  >;
  readonly diagnostics: Diagnostics;
  /** Where records go, as messages show it: without credentials. */
  readonly target: string;
  /** One attempt; retries, counts and splitting are the exporter's. */
  readonly transport: Transport;
  readonly createEncoder: () => BatchEncoder;
  /** For metrics. */
  readonly identity: ExporterIdentity;
  /** Whether bytes are the body of one request. Default: all are. */
  readonly isOneRequest?: (bytes: Uint8Array) => boolean;
}

/**
 * An OTLP exporter over any transport: sends with retries, splits what is too large, counts what is refused or lost, and
 * ends in order. The exporters of the protocols delegate to it.
 */
export class OtlpExporter implements EncodingLogRecordExporter {
  readonly #parts: OtlpExporterParts;
  readonly #counters = new SendCounters();
  readonly #transport: RetryingTransport;
  readonly #active = new Set<ActiveSend>();
  /** For `export`; `createEncoder` gives encoders away. */
  readonly #encoders: IdleEncoders;
  readonly #metrics: ExporterMetrics | undefined;
  #shutDown: Promise<void> | undefined;

  constructor(parts: OtlpExporterParts) {
    this.#parts = parts;
    const { meterProvider, clock } = parts.options;
    if (meterProvider !== undefined) {
      this.#metrics = new ExporterMetrics(meterProvider, parts.identity, clock, parts.diagnostics);
    }
    this.#encoders = new IdleEncoders(parts.createEncoder);
    this.#transport = new RetryingTransport(
      new CountingTransport(parts.transport, this.#counters),
      parts.options.retry,
      parts.options.clock,
      {
        onRefused: (refused) => this.#reportRefusal(refused),
        onRetry: () => {
          this.#counters.retries += 1;
        },
      },
    );
  }

  get maxConcurrentSends(): number {
    return this.#parts.options.maxConcurrentSends;
  }

  createEncoder(): BatchEncoder {
    return this.#parts.createEncoder();
  }

  async send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    this.#counters.sends += 1;
    const operation = this.#metrics?.begin(batch.recordCount);
    if (this.#shutDown !== undefined) {
      this.#counters.failedRecords += batch.recordCount;
      operation?.failed(batch.recordCount, { errorType: 'already_shutdown', statusCode: undefined });
      operation?.end();
      return { kind: 'failed', reason: 'the exporter was shut down' };
    }
    // Not AbortSignal.any: with a source that lives as long as the exporter it leaks on Node 20.
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const active: ActiveSend = { controller, settled: this.#deliver(batch, operation, controller.signal) };
    this.#active.add(active);
    try {
      return await active.settled;
    } finally {
      operation?.end();
      this.#active.delete(active);
      signal.removeEventListener('abort', abort);
    }
  }

  /** For processors that hand over records, such as the SDK's own. Ends within 30 s; what is not delivered then is lost. */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    const controller = new AbortController();
    const timer = this.#parts.options.clock.setTimer(() => controller.abort(), EXPORT_TIMEOUT_MILLIS);
    const encoder = this.#encoders.take();
    const once = {
      createEncoder: () => encoder,
      send: (batch: EncodedBatch, signal: AbortSignal) => {
        this.#encoders.giveBack(encoder);
        return this.#sendOnce(batch, signal);
      },
    };
    exportRecords(once, records, controller.signal)
      .then((result) => {
        timer.cancel();
        resultCallback(result);
      })
      .catch(() => {
        // exportRecords never rejects, and an unhandled rejection would end the process.
        this.#parts.diagnostics.error('callback', 'the callback of an export threw');
      });
  }

  /** A send of a caller that keeps nothing. */
  async #sendOnce(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    const outcome = await this.send(batch, signal);
    if (outcome.kind === 'retryable') this.#lose((outcome.remaining ?? batch).recordCount, outcome.reason);
    return outcome;
  }

  /** Resolves when every send that has begun is settled. */
  async forceFlush(): Promise<void> {
    await Promise.allSettled([...this.#active].map(({ settled }) => settled));
  }

  /**
   * Begins no further attempt, lets those in flight end for up to 5 s, and closes the connection. What was not
   * acknowledged then settles as `retryable`.
   */
  shutdown(): Promise<void> {
    this.#shutDown ??= this.#stop();
    return this.#shutDown;
  }

  async #stop(): Promise<void> {
    this.#transport.stop();
    const inTime = await withinDeadline(this.forceFlush(), SHUTDOWN_GRACE_MILLIS, this.#parts.options.clock);
    if (inTime.kind === 'expired') {
      for (const { controller } of this.#active) controller.abort();
      await this.forceFlush();
    }
    this.#parts.transport.close();
  }

  /** What the exporter has done so far. Holds no header value and no record content. */
  stats(): OtlpExporterStats {
    return this.#counters.snapshot();
  }

  #deliver(batch: EncodedBatch, operation: ExportOperation | undefined, signal: AbortSignal): Promise<SendOutcome> {
    const counters = this.#counters;
    const { target } = this.#parts;
    return deliverBatch(batch, {
      maxRequestBytes: this.#parts.options.maxRequestBytes,
      isOneRequest: this.#parts.isOneRequest ?? (() => true),
      request: (bytes: Uint8Array): Promise<RequestOutcome> => this.#transport.send(bytes, signal),
      onSplit: (reason) => {
        counters.splits += 1;
        this.#parts.diagnostics.info('split', `a batch for ${target} is sent in parts: ${reason}`);
      },
      onLost: (recordCount, reason, cause) => {
        operation?.failed(recordCount, cause);
        this.#lose(recordCount, reason);
      },
      onKept: (recordCount, cause) => operation?.failed(recordCount, cause),
      onAccepted: (acceptedCount, rejectedCount, { message, statusCode }) => {
        operation?.accepted(acceptedCount, rejectedCount, statusCode);
        counters.deliveredRecords += acceptedCount;
        counters.rejectedRecords += rejectedCount;
        const said = message === undefined ? '' : `: ${message}`;
        if (rejectedCount > 0) {
          const total = acceptedCount + rejectedCount;
          this.#parts.diagnostics.error('rejected', `${target} refused ${rejectedCount} of ${total} records${said}`);
        } else if (message !== undefined) {
          this.#parts.diagnostics.warn('warning', `${target} took all records and warns${said}`);
        }
      },
    });
  }

  #lose(recordCount: number, reason: string): void {
    this.#counters.failedRecords += recordCount;
    const lost = recordCount === 1 ? '1 record is lost' : `${recordCount} records are lost`;
    this.#parts.diagnostics.error('lost', `${lost} on the way to ${this.#parts.target}: ${reason}`);
  }

  #reportRefusal(refused: RefusedAttempt): void {
    this.#parts.diagnostics.warn(
      `retry:${refused.tlsCause ?? refused.status}`,
      `a request to ${this.#parts.target} failed and is tried again: ${refusalReason(refused)}`,
    );
  }
}
