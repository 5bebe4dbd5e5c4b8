// SPDX-License-Identifier: Apache-2.0
import {
  type BatchEncoder,
  type Clock,
  componentAttributes,
  type EncodedBatch,
  type EncodingLogRecordExporter,
  LogferryError,
  type SendOutcome,
  type WorkerSupport,
} from '@logferry/core';
import { type Attributes, diag, type MeterProvider } from '@opentelemetry/api';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { isMainThread } from 'node:worker_threads';

import { restoreTextBatch, SharedTextEncoder, TextBatch } from './text-lines.ts';

export interface ScriptedOptions {
  /** A file that every text which was delivered is appended to, with a newline. */
  readonly journal: string;
  readonly maxConcurrentSends?: number;
  readonly mood?: 'good' | 'bad';
  readonly token?: (attempt: number) => string | Promise<string>;
  readonly onError?: (error: Error) => void;
  readonly nested?: { readonly list: readonly unknown[] };
  readonly clock?: Clock;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Fails in the worker alone, as a certificate that was deleted meanwhile would. */
  readonly failsInWorkerWhile?: string;
  readonly shutdownDelayMillis?: number;
  readonly meterProvider?: MeterProvider;
}

/**
 * An exporter that does what the texts of its records say:
 * `crash`, `throw-later`, `oom`, `spin:MILLIS` (synchronous), `spin-for-ever`, `wait:MILLIS`, `wait-for:FILE`,
 * `crash-unless:FILE`, `retryable`, `failed`, `reject`, `partly`, `call`, `hook`, `say`. Any other text is delivered.
 */
export class ScriptedExporter implements EncodingLogRecordExporter {
  static readonly workerSupport: WorkerSupport<ScriptedOptions> = {
    moduleUrl: import.meta.url,
    exportName: 'ScriptedExporter',
    prepare(options) {
      check(options);
      return {
        options,
        callbacks: ['token', 'onError'],
        maxConcurrentSends: options.maxConcurrentSends ?? 1,
        createEncoder: () => new SharedTextEncoder(),
      };
    },
    restoreBatch: restoreTextBatch,
  };

  readonly maxConcurrentSends: number;
  readonly #options: ScriptedOptions;
  readonly #running = new Set<Promise<unknown>>();
  readonly #metrics: ReturnType<typeof instrumentsOf> | undefined;
  #sends = 0;

  constructor(options: ScriptedOptions) {
    check(options);
    const { failsInWorkerWhile } = options;
    if (!isMainThread && failsInWorkerWhile !== undefined && existsSync(failsInWorkerWhile)) {
      throw new LogferryError('UNUSABLE_FILE', `${failsInWorkerWhile} is in the way`);
    }
    diag.warn('said by the constructor');
    this.#options = options;
    this.#metrics = options.meterProvider && instrumentsOf(options.meterProvider);
    this.maxConcurrentSends = options.maxConcurrentSends ?? 1;
  }

  createEncoder(): BatchEncoder {
    return new SharedTextEncoder();
  }

  async send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    this.#sends += 1;
    this.#metrics?.inflight.add(batch.recordCount, this.#metrics.attributes);
    const sending = this.#send(batch, signal);
    this.#running.add(sending);
    try {
      const outcome = await sending;
      this.#metrics?.inflight.add(-batch.recordCount, this.#metrics.attributes);
      this.#metrics?.sends.add(1, { ...this.#metrics.attributes, outcome: outcome.kind });
      this.#metrics?.duration.record(0.25);
      this.#metrics?.last.record(batch.recordCount);
      return outcome;
    } finally {
      this.#running.delete(sending);
    }
  }

  export(): void {
    throw new Error('not used');
  }

  async forceFlush(): Promise<void> {
    await Promise.allSettled(this.#running);
    if (this.#options.mood === 'bad') throw new LogferryError('DEADLINE_EXCEEDED', 'not in the mood to flush');
    appendFileSync(this.#options.journal, 'flushed\n');
  }

  async shutdown(): Promise<void> {
    await Promise.allSettled(this.#running);
    await delay(this.#options.shutdownDelayMillis ?? 0);
    if (this.#options.mood === 'bad') throw new TypeError('secret text');
    appendFileSync(this.#options.journal, 'shut down\n');
  }

  stats(): { readonly sends: number } {
    return { sends: this.#sends };
  }

  async #send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    const { texts } = batch as TextBatch;
    let rejectedCount = 0;
    for (const text of texts) {
      const [word, value = ''] = text.split(/:(.*)/s);
      switch (word) {
        case 'crash':
          process.exit(3);
        // falls through: process.exit ends the thread
        case 'crash-unless':
          if (!existsSync(value)) {
            appendFileSync(value, '');
            process.exit(4);
          }
          break;
        case 'throw-later':
          setImmediate(() => {
            throw Object.assign(new RangeError('secret text'), { code: 'ERR_SCRIPTED' });
          });
          await delay(10_000);
          break;
        case 'oom': {
          const hoard: unknown[] = [];
          for (;;) hoard.push(Array.from({ length: 1000 }, (_, index) => ({ index })));
        }
        case 'spin':
        case 'spin-for-ever': {
          const end = performance.now() + (word === 'spin' ? Number(value) : Infinity);
          while (performance.now() < end);
          break;
        }
        case 'wait':
          await delay(Number(value), undefined, { signal }).catch(() => {});
          if (signal.aborted) return { kind: 'retryable', reason: 'cancelled in the worker' };
          break;
        case 'wait-for':
          while (!existsSync(value)) {
            if (signal.aborted) return { kind: 'retryable', reason: 'cancelled in the worker' };
            await delay(2);
          }
          break;
        case 'retryable':
          return { kind: 'retryable', reason: 'come again', retryAfterMillis: 5, rejectedCount: 0 };
        case 'failed':
          return { kind: 'failed', reason: 'no' };
        case 'reject':
          throw new TypeError('secret text');
        case 'refused':
          rejectedCount += 1;
          continue;
        case 'partly': {
          this.#deliver(texts.slice(0, 1));
          const parts = batch
            .split()
            .slice(1)
            .map((part) => (part as TextBatch).texts);
          const bytes = Buffer.from(
            parts
              .flat()
              .map((part) => `${part}\n`)
              .join(''),
          );
          return {
            kind: 'retryable',
            reason: 'the rest later',
            remaining: new TextBatch(bytes, (batch as TextBatch).lines.slice(1)),
          };
        }
        case 'call':
          this.#deliver([`token ${await this.#options.token?.(this.#sends)}`]);
          continue;
        case 'hook':
          this.#options.onError?.(new LogferryError('EXPORT_FAILED', 'told by the worker', { cause: systemError() }));
          break;
        case 'say':
          diag.error(`said: ${value}`);
          break;
        case 'environment':
          this.#deliver([`${value}=${process.env[value]} ${JSON.stringify(process.execArgv)}`]);
          continue;
        default:
      }
      this.#deliver([text]);
    }
    return { kind: 'delivered', rejectedCount };
  }

  #deliver(texts: readonly string[]): void {
    for (const text of texts) appendFileSync(this.#options.journal, `${text}\n`);
  }
}

function instrumentsOf(provider: MeterProvider) {
  const meter = provider.getMeter('scripted', '1.2.3');
  meter.createObservableGauge('scripted.observed').addCallback((result) => result.observe(1));
  const attributes: Attributes = { ...componentAttributes('scripted') };
  return {
    attributes,
    sends: meter.createCounter('scripted.sends', { unit: '{send}' }),
    inflight: meter.createUpDownCounter('scripted.inflight'),
    duration: meter.createHistogram('scripted.duration'),
    last: meter.createGauge('scripted.last'),
  };
}

function check(options: ScriptedOptions): void {
  if (options.mood !== undefined && !['good', 'bad'].includes(options.mood)) {
    throw new LogferryError('INVALID_OPTION', `mood must be good or bad; it is ${options.mood}`);
  }
}

function systemError(): unknown {
  try {
    return readFileSync('/nowhere/at/all');
  } catch (error) {
    return error;
  }
}
