// SPDX-License-Identifier: Apache-2.0
import { CollectedMetrics } from '@logferry-test/support';
import { ManualClock, testRecord } from '@logferry/core/testing';
import { randomRuns, SEED } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BatchingLogRecordProcessor } from './index.ts';
import { imbalance, settled } from './test-doubles/records.ts';
import { ScriptedExporter, type ScriptedSend } from './test-doubles/scripted-exporter.ts';
import type { Line } from './test-doubles/text-encoder.ts';

/** That of a notice. */
const LONGEST_LINE = '999 log records dropped since 2026-01-01T00:00:00.000Z\n'.length;

type Step =
  | { readonly do: 'emit'; readonly count: number; readonly severity: number }
  | { readonly do: 'advance'; readonly millis: number }
  | { readonly do: 'answer'; readonly which: number; readonly with: Answer; readonly part: number }
  | { readonly do: 'flush'; readonly timeoutMillis: number }
  | { readonly do: 'shutdown' }
  | { readonly do: 'collect metrics' };

type Answer = 'delivered' | 'rejected' | 'retryable' | 'rest' | 'failed' | 'reject' | 'throttled';

const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('emit' as const),
      count: fc.integer({ min: 1, max: 12 }),
      severity: fc.integer({ min: 0, max: 24 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('advance' as const), millis: fc.integer({ min: 0, max: 1500 }) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      which: fc.nat(),
      part: fc.double({ min: 0, max: 1, noNaN: true }),
      with: fc.constantFrom<Answer>('delivered', 'rejected', 'retryable', 'rest', 'failed', 'reject', 'throttled'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('flush' as const), timeoutMillis: fc.integer({ min: 0, max: 5000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('shutdown' as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('collect metrics' as const) }) },
);

const OPTIONS = fc.record({
  maxConcurrentSends: fc.integer({ min: 1, max: 3 }),
  obeysAbort: fc.boolean(),
  maxQueueSize: fc.integer({ min: 7, max: 40 }),
  maxExportBatchSize: fc.integer({ min: 1, max: 7 }),
  maxQueueBytes: fc.integer({ min: 40, max: 300 }),
  maxExportBatchBytes: fc.integer({ min: 1, max: 40 }),
  exportTimeoutMillis: fc.integer({ min: 0, max: 2000 }),
  overflowPolicy: fc.constantFrom('drop-newest' as const, 'drop-oldest' as const),
  severityReserve: fc.constantFrom(0, 0.1, 0.5),
  dropNotices: fc.boolean(),
});

/** One run: the processor, and what its destination has seen. */
class Run {
  readonly clock = new ManualClock();
  readonly exporter: ScriptedExporter;
  readonly processor: BatchingLogRecordProcessor;
  /** Records that the destination acknowledged, and how many it refused. Notices of the same moment have the same body. */
  readonly acknowledged: Line[] = [];
  rejected = 0;
  emitted = 0;
  readonly promises: Promise<unknown>[] = [];
  readonly #metrics = new CollectedMetrics();
  readonly #bounds: { readonly maxQueueSize: number; readonly maxQueueBytes: number };

  constructor({
    maxConcurrentSends,
    obeysAbort,
    ...options
  }: typeof OPTIONS extends fc.Arbitrary<infer T> ? T : never) {
    this.exporter = new ScriptedExporter({ maxConcurrentSends, obeysAbort });
    this.processor = new BatchingLogRecordProcessor(this.exporter, {
      clock: this.clock,
      environment: {},
      meterProvider: this.#metrics.provider,
      ...options,
    });
    this.#bounds = options;
  }

  async step(step: Step): Promise<void> {
    switch (step.do) {
      case 'emit':
        for (let index = 0; index < step.count; index += 1) {
          this.processor.onEmit(testRecord({ body: `r${this.emitted}`, severityNumber: step.severity }));
          this.emitted += 1;
        }
        break;
      case 'advance':
        await this.clock.advance(step.millis);
        break;
      case 'answer': {
        const send = this.exporter.open[step.which % Math.max(this.exporter.open.length, 1)];
        if (send !== undefined) this.#answer(send, step.with, step.part);
        break;
      }
      case 'flush':
        this.promises.push(this.processor.forceFlush({ timeoutMillis: step.timeoutMillis }).catch(() => {}));
        break;
      case 'shutdown':
        this.promises.push(this.processor.shutdown());
        break;
      case 'collect metrics':
        await this.checkMetrics();
        break;
    }
    await settled();
    this.check();
  }

  check(): void {
    const stats = this.processor.stats();
    expect(imbalance(stats)).toEqual([]);
    expect(stats.emitted - stats.notices).toBe(this.emitted);
    expect(stats.queued).toBeLessThanOrEqual(this.#bounds.maxQueueSize);
    expect(stats.queuedBytes).toBeLessThan(this.#bounds.maxQueueBytes + LONGEST_LINE);
    expect(stats.inFlightSends).toBeLessThanOrEqual(this.exporter.maxConcurrentSends);
    expect(new Set(this.acknowledged).size).toBe(this.acknowledged.length);
    expect(stats.queued === 0 ? stats.queuedBytes : 0).toBe(0);
    // What was acknowledged after the processor had given up on it is lost in its books: never more than the truth.
    expect(stats.delivered).toBeLessThanOrEqual(this.acknowledged.length);
    expect(this.acknowledged.length - stats.delivered).toBeLessThanOrEqual(
      stats.dropped.export_timeout + stats.dropped.shutdown,
    );
  }

  /** Metrics, counts, and what the exporter saw tell the same story. */
  async checkMetrics(): Promise<void> {
    const stats = this.processor.stats();
    const points = await this.#metrics.points();
    const sum = (metric: string, ...labels: readonly (readonly [key: string, value: string | undefined])[]): number =>
      (points[metric] ?? [])
        .filter(({ attributes }) => labels.every(([key, value]) => attributes[key] === value))
        .reduce((total, { value }) => total + Number(value), 0);
    const submitted = sum('otel.sdk.processor.log.processed', ['error.type', undefined]);
    const processed = sum('otel.sdk.processor.log.processed');
    expect(submitted).toBe(new Set(this.exporter.sends.flatMap(({ batch }) => batch.lines)).size);
    expect(processed).toBeLessThanOrEqual(stats.emitted);
    expect(stats.emitted - processed).toBeLessThanOrEqual(stats.queued);
    if (stats.queued === 0) expect(processed).toBe(stats.emitted);
    expect(sum('otel.sdk.processor.log.queue.size')).toBe(stats.queued);
    expect(sum('logferry.processor.log.queue.bytes')).toBe(stats.queuedBytes);
    expect(sum('logferry.processor.log.delivered')).toBe(stats.delivered);
    expect(sum('logferry.processor.log.retries')).toBe(stats.retries);
    const dropped = 'logferry.processor.log.dropped';
    for (const [reason, count] of Object.entries(stats.dropped)) {
      expect(sum(dropped, ['logferry.drop.reason', reason])).toBe(count);
    }
    for (const [severity, count] of Object.entries(stats.droppedBySeverity)) {
      expect(sum(dropped, ['logferry.severity', severity])).toBe(count);
    }
    expect(stats.emitted).toBe(sum('logferry.processor.log.delivered') + stats.queued + sum(dropped));
  }

  #answer(send: ScriptedSend, answer: Answer, part: number): void {
    const { lines } = send.batch;
    const first = Math.floor(part * lines.length);
    switch (answer) {
      case 'delivered':
        this.acknowledged.push(...lines);
        send.deliver();
        break;
      case 'rejected':
        this.acknowledged.push(...lines.slice(first));
        this.rejected += first;
        send.deliver(first);
        break;
      case 'retryable':
        send.settle({ kind: 'retryable', reason: 'down' });
        break;
      case 'throttled':
        send.settle({ kind: 'retryable', reason: 'busy', retryAfterMillis: part * 2000 });
        break;
      case 'rest':
        this.acknowledged.push(...lines.slice(0, first));
        send.settle({ kind: 'retryable', reason: 'half', remaining: send.batch.slice(first) });
        break;
      case 'failed':
        send.settle({ kind: 'failed', reason: 'no' });
        break;
      case 'reject':
        send.reject(new Error('boom'));
        break;
    }
  }
}

describe('whatever happens', () => {
  it(`the books and the metrics balance after every step, and nothing is delivered twice (FC_SEED=${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(OPTIONS, fc.array(STEP, { minLength: 5, maxLength: 60 }), async (options, steps) => {
        const run = new Run(options);
        for (const step of steps) await run.step(step);
        const down = run.processor.shutdown();
        await run.clock.advance(40_000);
        await Promise.all([down, ...run.promises]);
        run.check();
        await run.checkMetrics();
        expect(run.processor.stats()).toMatchObject({ queued: 0, queuedBytes: 0, inFlight: 0, inFlightSends: 0 });
        expect(run.exporter.shutdowns).toBe(1);
        expect(run.clock.pendingTimers).toBe(0);
      }),
      randomRuns(300),
    );
  });

  it(`all that is accepted is delivered in order where each send ends well in the end (FC_SEED=${SEED})`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constant('advance' as const)), { maxLength: 40 }),
        fc.infiniteStream(fc.boolean()),
        async (steps, works) => {
          const clock = new ManualClock();
          const delivered: string[] = [];
          const answers = works[Symbol.iterator]();
          const exporter = new ScriptedExporter({
            answer: (send) => {
              if (answers.next().value === false) return send.settle({ kind: 'retryable', reason: 'down' });
              delivered.push(...send.batch.bodies);
              send.deliver();
            },
          });
          const processor = new BatchingLogRecordProcessor(exporter, { clock, environment: {}, maxExportBatchSize: 4 });
          let emitted = 0;
          for (const step of steps) {
            if (step === 'advance') await clock.advance(700);
            else for (let n = 0; n < step; n += 1, emitted += 1) processor.onEmit(testRecord({ body: `r${emitted}` }));
          }
          const flushed = processor.forceFlush({ timeoutMillis: Infinity });
          for (let waits = 0; processor.stats().queued > 0 && waits < 1000; waits += 1) await clock.advance(1500);
          await flushed;
          expect(delivered).toEqual(Array.from({ length: emitted }, (_, index) => `r${index}`));
          expect(processor.stats()).toMatchObject({ delivered: emitted, queued: 0, queuedBytes: 0 });
        },
      ),
      randomRuns(100),
    );
  });
});
