// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  Diagnostics,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  type ExportResult,
  exportRecords,
  type ReadableLogRecord,
  type SendOutcome,
  withinDeadline,
} from '@logferry/core';
import { type EncoderOptions, OtlpProtobufEncoder } from '@logferry/otlp-encoding';

import { CountingTransport } from './counting-transport.ts';
import { deliverBatch } from './deliver-batch.ts';
import { statusName } from './grpc-status.ts';
import { GrpcTransport } from './grpc-transport.ts';
import type { OtlpGrpcLogRecordExporterOptions } from './options.ts';
import { resolveOptions, type ResolvedOptions } from './resolve-options.ts';
import { refusalReason, type RequestOutcome, RetryingTransport } from './retrying-transport.ts';
import { type OtlpGrpcExporterStats, SendCounters } from './send-counters.ts';
import type { RefusedAttempt } from './transport.ts';

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

/**
 * Sends log records to an OTLP receiver over gRPC, by TLS unless plaintext is asked for. Retries what the OTLP table
 * allows, splits what is too large, and counts what is refused or lost.
 */
export class OtlpGrpcLogRecordExporter implements EncodingLogRecordExporter {
  readonly maxConcurrentSends: number;
  readonly #options: ResolvedOptions;
  readonly #encoderOptions: EncoderOptions;
  readonly #diagnostics: Diagnostics;
  readonly #counters = new SendCounters();
  readonly #grpc: GrpcTransport;
  readonly #transport: RetryingTransport;
  readonly #active = new Set<ActiveSend>();
  #shutDown: Promise<void> | undefined;

  /**
   * Reads certificate files and checks every option. It does not connect: the first send does.
   * @throws LogferryError `INVALID_OPTION` or `UNUSABLE_FILE`.
   */
  constructor(options: OtlpGrpcLogRecordExporterOptions = {}) {
    this.#diagnostics = new Diagnostics('@logferry/exporter-otlp-grpc', options.clock);
    this.#options = resolveOptions(options, this.#diagnostics);
    this.maxConcurrentSends = this.#options.maxConcurrentSends;
    this.#encoderOptions = options.maxRecordBytes === undefined ? {} : { maxRecordBytes: options.maxRecordBytes };
    // A bad option has to fail here and not at the first record.
    this.createEncoder();
    this.#grpc = new GrpcTransport(this.#options);
    this.#transport = new RetryingTransport(
      new CountingTransport(this.#grpc, this.#counters),
      this.#options.retry,
      this.#options.clock,
      {
        onRefused: (refused) => this.#reportRefusal(refused),
        onRetry: () => {
          this.#counters.retries += 1;
        },
      },
    );
  }

  createEncoder(): BatchEncoder {
    return new OtlpProtobufEncoder(this.#encoderOptions);
  }

  async send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    this.#counters.sends += 1;
    if (this.#shutDown !== undefined) {
      this.#counters.failedRecords += batch.recordCount;
      return { kind: 'failed', reason: 'the exporter was shut down' };
    }
    // Not AbortSignal.any: with a source that lives as long as the exporter it leaks on Node 20.
    const controller = new AbortController();
    const abort = (): void => controller.abort();
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    const active: ActiveSend = { controller, settled: this.#deliver(batch, controller.signal) };
    this.#active.add(active);
    try {
      return await active.settled;
    } finally {
      this.#active.delete(active);
      signal.removeEventListener('abort', abort);
    }
  }

  /** For processors that hand over records, such as the SDK's own. Ends within 30 s; what is not delivered then is lost. */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    const controller = new AbortController();
    const timer = this.#options.clock.setTimer(() => controller.abort(), EXPORT_TIMEOUT_MILLIS);
    const once = {
      createEncoder: () => this.createEncoder(),
      send: (batch: EncodedBatch, signal: AbortSignal) => this.#sendOnce(batch, signal),
    };
    exportRecords(once, records, controller.signal)
      .then((result) => {
        timer.cancel();
        resultCallback(result);
      })
      .catch(() => {
        // exportRecords never rejects, and an unhandled rejection would end the process.
        this.#diagnostics.error('callback', 'the callback of an export threw');
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
    const inTime = await withinDeadline(this.forceFlush(), SHUTDOWN_GRACE_MILLIS, this.#options.clock);
    if (inTime.kind === 'expired') {
      for (const { controller } of this.#active) controller.abort();
      await this.forceFlush();
    }
    this.#grpc.close();
  }

  /** What the exporter has done so far. Holds no header value and no record content. */
  stats(): OtlpGrpcExporterStats {
    return this.#counters.snapshot();
  }

  #deliver(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    const counters = this.#counters;
    const target = this.#options.endpoint.target;
    return deliverBatch(batch, {
      maxRequestBytes: this.#options.maxRequestBytes,
      request: (bytes: Uint8Array): Promise<RequestOutcome> => this.#transport.send(bytes, signal),
      onSplit: (reason) => {
        counters.splits += 1;
        this.#diagnostics.info('split', `a batch for ${target} is sent in parts: ${reason}`);
      },
      onLost: (recordCount, reason) => this.#lose(recordCount, reason),
      onAccepted: (acceptedCount, rejectedCount, message) => {
        counters.deliveredRecords += acceptedCount;
        counters.rejectedRecords += rejectedCount;
        const said = message === undefined ? '' : `: ${message}`;
        if (rejectedCount > 0) {
          const total = acceptedCount + rejectedCount;
          this.#diagnostics.error('rejected', `${target} refused ${rejectedCount} of ${total} records${said}`);
        } else if (message !== undefined) {
          this.#diagnostics.warn('warning', `${target} took all records and warns${said}`);
        }
      },
    });
  }

  #lose(recordCount: number, reason: string): void {
    this.#counters.failedRecords += recordCount;
    const lost = recordCount === 1 ? '1 record is lost' : `${recordCount} records are lost`;
    this.#diagnostics.error('lost', `${lost} on the way to ${this.#options.endpoint.target}: ${reason}`);
  }

  #reportRefusal(refused: RefusedAttempt): void {
    this.#diagnostics.warn(
      `retry:${refused.tlsCause ?? statusName(refused.code)}`,
      `a request to ${this.#options.endpoint.target} failed and is tried again: ${refusalReason(refused)}`,
    );
  }
}
