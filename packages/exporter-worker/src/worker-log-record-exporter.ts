// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  Diagnostics,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  type ExportResult,
  exportRecords,
  LogferryError,
  type PreparedExporter,
  type ReadableLogRecord,
  type SendOutcome,
  type WorkerReadyExporter,
} from '@logferry/core';
import { diag } from '@opentelemetry/api';

import { Dispatcher } from './dispatcher.ts';
import { EventLoopHold } from './event-loop-hold.ts';
import { LeasingEncoder } from './leased-batch.ts';
import { MetricRelay } from './metric-relay.ts';
import { callOption } from './option-calls.ts';
import { type ResolvedWorkerOptions, resolveWorkerOptions, type WorkerOptions } from './options.ts';
import { type OptionFunction, packOptions } from './pack-options.ts';
import type { FromThread, ToThread } from './protocol.ts';
import type { WorkerExporterStats } from './send-counts.ts';

const COMPONENT = '@logferry/exporter-worker';

/** How long `export` goes on: the processors that use it do not cancel what they give up on. */
const EXPORT_TIMEOUT_MILLIS = 30_000;

/** How long a send keeps a process that has nothing else to do: usually a request in flight is answered by then. */
const SEND_HOLD_MILLIS = 2000;

/**
 * Runs another exporter in a worker thread: records are encoded in the application's thread, straight into shared memory,
 * and connections, TLS, compression and retries are the worker's. A worker that dies is started again, and what was not
 * acknowledged is sent again.
 */
export class WorkerLogRecordExporter<Options extends object> implements EncodingLogRecordExporter {
  /** One more than the exporter's own: the worker has its next batch when it has sent one. Order is kept as it keeps it. */
  readonly maxConcurrentSends: number;
  readonly #prepared: PreparedExporter<Options>;
  readonly #options: ResolvedWorkerOptions;
  readonly #functions: ReadonlyMap<string, OptionFunction>;
  readonly #diagnostics: Diagnostics;
  readonly #metrics: MetricRelay;
  readonly #dispatcher: Dispatcher;
  readonly #hold = new EventLoopHold();
  #shutdown: Promise<void> | undefined;

  /**
   * Checks every option, those of the exporter as its own constructor does. The worker is started by the first send.
   *
   * @param Exporter a class that can live in a worker, such as `OtlpGrpcLogRecordExporter`.
   * @param options what that class's constructor takes. Functions are called in the application's thread.
   * @throws LogferryError as that class's constructor; `INVALID_OPTION` for a value that can't go to another thread.
   */
  constructor(Exporter: WorkerReadyExporter<Options>, options: NoInfer<Options>, workerOptions: WorkerOptions = {}) {
    const support = (Exporter as Partial<WorkerReadyExporter<Options>> | undefined)?.workerSupport;
    if (support === undefined) {
      throw new LogferryError('INVALID_OPTION', 'Exporter must be a class with a static workerSupport');
    }
    this.#options = resolveWorkerOptions(workerOptions);
    this.#prepared = support.prepare(options);
    const { packed, functions, meterProviders } = packOptions(this.#prepared.options, this.#prepared.callbacks);
    this.#functions = functions;
    this.#diagnostics = new Diagnostics(COMPONENT, this.#options.clock);
    this.#metrics = new MetricRelay(meterProviders, this.#diagnostics);
    const { maxConcurrentSends } = this.#prepared;
    this.maxConcurrentSends = maxConcurrentSends + 1;
    // A worker that is started again must not see another environment than the first.
    const { NODE_OPTIONS: _, ...environment } = process.env;
    this.#dispatcher = new Dispatcher(
      {
        thread: {
          moduleUrl: support.moduleUrl,
          exportName: support.exportName,
          options: packed,
          maxConcurrentSends,
          environment,
          resourceLimits: this.#options.resourceLimits,
          execArgv: this.#options.execArgv,
        },
        options: this.#options,
        restoreBatch: (parts) => support.restoreBatch(parts),
        diagnostics: this.#diagnostics,
      },
      {
        message: (message, reply, isExiting) => this.#take(message, reply, isExiting),
        threadEnded: () => this.#metrics.threadEnded(),
      },
    );
  }

  createEncoder(): BatchEncoder {
    return new LeasingEncoder(this.#prepared.createEncoder());
  }

  /** Hands a batch to the worker. After a crash of the worker it is sent again, without the caller's doing. */
  send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    return this.#send(batch, signal, true);
  }

  async #send(batch: EncodedBatch, signal: AbortSignal, isKept: boolean): Promise<SendOutcome> {
    const letGo = this.#hold.hold();
    const timer = this.#options.clock.setTimer(letGo, SEND_HOLD_MILLIS);
    const outcome = await this.#dispatcher.send(batch, signal, isKept);
    timer.cancel();
    letGo();
    return outcome;
  }

  /**
   * Delivers from the process's `exit` event, over the network as well: this thread blocks while the worker goes on.
   * An option that is an asynchronous function can't be called any more; the worker takes what it said last.
   */
  sendSync(batches: readonly EncodedBatch[], timeoutMillis: number): readonly SendOutcome[] {
    return this.#dispatcher.sendSync(batches, timeoutMillis);
  }

  /** For processors that hand over records, such as the SDK's own. Ends within 30 s; what is not delivered then is lost. */
  export(records: ReadableLogRecord[], resultCallback: (result: ExportResult) => void): void {
    const controller = new AbortController();
    const timer = this.#options.clock.setTimer(() => controller.abort(), EXPORT_TIMEOUT_MILLIS);
    const once = {
      createEncoder: () => this.createEncoder(),
      send: (batch: EncodedBatch, signal: AbortSignal) => this.#send(batch, signal, false),
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

  /**
   * Resolves when every send that has begun is settled and the exporter in the worker is flushed.
   * @throws LogferryError `DEADLINE_EXCEEDED` when that takes longer than 30 s; whatever that exporter throws.
   */
  async forceFlush(): Promise<void> {
    const letGo = this.#hold.hold();
    try {
      await this.#dispatcher.flush();
    } finally {
      letGo();
    }
  }

  /**
   * Shuts the exporter in the worker down and ends the thread, within `shutdownTimeoutMillis`. What was not acknowledged
   * then settles as `retryable`.
   * @throws LogferryError `DEADLINE_EXCEEDED` when it took too long; whatever the exporter's shutdown throws.
   */
  shutdown(): Promise<void> {
    this.#shutdown ??= this.#stop();
    return this.#shutdown;
  }

  async #stop(): Promise<void> {
    const letGo = this.#hold.hold();
    try {
      await this.#dispatcher.close();
    } finally {
      letGo();
    }
  }

  /** What was sent so far, and how the worker fares. Holds no header value and no record content. */
  stats(): WorkerExporterStats {
    return this.#dispatcher.stats();
  }

  #take(message: FromThread, reply: (message: ToThread) => void, isExiting: boolean): void {
    if (message.kind === 'call') {
      callOption(this.#functions.get(message.path), message.parameters, !isExiting, (answer) => {
        reply({ kind: 'answer', id: message.id, answer });
      });
    } else if (message.kind === 'instrument' || message.kind === 'measurement') {
      this.#metrics.take(message);
    } else if (message.kind === 'diagnostic') {
      try {
        diag[message.level](message.message);
      } catch {
        // The application's diag logger threw; there is nobody left to tell.
      }
    }
  }
}
