// SPDX-License-Identifier: Apache-2.0
import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { ManualClock } from '@logferry/core/testing';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { type FanOutDestination, FanOutLogRecordProcessor, type FingersCrossedOptions } from './index.ts';
import { accounted, emitted, ScriptedProcessor, spanContext, statsOf } from './test-doubles/scripted-processor.ts';

const DEBUG = 5;
const INFO = 9;
const ERROR = 17;

function setUp(fingersCrossed: FingersCrossedOptions = {}, more: Partial<FanOutDestination> = {}) {
  const clock = new ManualClock();
  const child = new ScriptedProcessor();
  const destinations = { one: { processor: child, fingersCrossed, ...more } };
  const processor = new FanOutLogRecordProcessor({ destinations, clock });
  const emit = (severityNumber: number, body: unknown, trace?: number): void =>
    processor.onEmit(
      emitted({ severityNumber, body, ...(trace !== undefined && { spanContext: spanContext(trace) }) }),
    );
  return { clock, child, processor, emit, stats: () => statsOf(processor, 'one') };
}

describe('records of low severity', () => {
  it('are released in order, before the error of their trace, and pass for a while after it', async () => {
    const { clock, child, emit, stats } = setUp();
    emit(DEBUG, 'one', 1);
    emit(DEBUG, 'other', 2);
    emit(INFO, 'info', 1);
    emit(1, 'two', 1);
    expect(child.bodies).toEqual(['info']);
    expect(stats()).toMatchObject({ emitted: 4, passed: 1, held: 3 });
    expect(stats().heldBytes).toBeGreaterThan(800);
    emit(ERROR, 'error', 1);
    emit(DEBUG, 'three', 1);
    expect(child.bodies).toEqual(['info', 'one', 'two', 'error', 'three']);
    expect(stats()).toMatchObject({ emitted: 6, passed: 5, released: 2, held: 1 });
    await clock.advance(60_000);
    emit(DEBUG, 'four', 1);
    expect(child.bodies).toEqual(['info', 'one', 'two', 'error', 'three']);
  });

  it('are held as they were when they were emitted, with their context', () => {
    const { child, processor, emit } = setUp();
    const body = { step: 'before' };
    const context = ROOT_CONTEXT.setValue(createContextKey('mine'), 1);
    processor.onEmit(emitted({ severityNumber: DEBUG, body, spanContext: spanContext(1) }), context);
    body.step = 'after';
    emit(ERROR, 'error', 1);
    expect(child.bodies).toEqual([{ step: 'before' }, 'error']);
    expect(child.contexts[0]).toBe(context);
    expect(child.records[0]?.spanContext).toEqual(spanContext(1));
  });

  it('without a trace are discarded and counted, or pass when asked', () => {
    const discarding = setUp();
    discarding.emit(DEBUG, 'lonely');
    discarding.emit(ERROR, 'error');
    expect(discarding.child.bodies).toEqual(['error']);
    expect(discarding.stats()).toMatchObject({ emitted: 2, passed: 1, filtered: { no_trace: 1 } });
    const passing = setUp({ withoutTrace: 'pass' });
    passing.emit(DEBUG, 'lonely');
    expect(passing.child.bodies).toEqual(['lonely']);
  });

  it('that are released take no part in sampling and limits, nor does the error', () => {
    const { child, emit } = setUp({}, { sampling: { ratio: 0, exemptFrom: 'off' }, rateLimit: { perSecond: 1 } });
    for (let index = 0; index < 5; index += 1) emit(DEBUG, index, 1);
    emit(ERROR, 'error', 1);
    emit(INFO, 'info', 1);
    expect(child.bodies).toEqual([0, 1, 2, 3, 4, 'error']);
  });
});

describe('what is held', () => {
  it.each([
    ['records', { maxRecords: 2 }, { hold_records: 3 }, [3, 4, 'error']],
    ['bytes', { maxBytes: 1024 }, { hold_bytes: 2 }, [2, 3, 4, 'error']],
  ] as const)('is bounded in %s: the newest stay', (_, bounds, suppressed, bodies) => {
    const { child, emit, stats } = setUp(bounds);
    for (let index = 0; index < 5; index += 1) emit(DEBUG, index, 1);
    expect(stats()).toMatchObject({ emitted: 5, held: bodies.length - 1, suppressed });
    emit(ERROR, 'error', 1);
    expect(child.bodies).toEqual(bodies);
  });

  it('is bounded in traces: the oldest goes as a whole', () => {
    const { child, emit, stats } = setUp({ maxTraces: 2 });
    for (const trace of [1, 1, 2, 3]) emit(DEBUG, trace, trace);
    expect(stats()).toMatchObject({ emitted: 4, held: 2, suppressed: { hold_traces: 2 } });
    for (const trace of [1, 2, 3]) emit(ERROR, `error ${trace}`, trace);
    expect(child.bodies).toEqual(['error 1', 2, 'error 2', 3, 'error 3']);
  });

  it('is bounded in age, also when nothing else happens', async () => {
    const { clock, child, emit, stats } = setUp({ maxAgeMillis: 1000 });
    emit(DEBUG, 'old', 1);
    await clock.advance(900);
    emit(DEBUG, 'young', 1);
    await clock.advance(101);
    emit(ERROR, 'error', 1);
    expect(child.bodies).toEqual(['young', 'error']);
    emit(DEBUG, 'lost', 2);
    await clock.advance(2000);
    expect(stats()).toMatchObject({ held: 0, heldBytes: 0, suppressed: { hold_age: 2 } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is never handed on when it is too old, also before anybody looked for it', async () => {
    const { clock, child, emit, stats } = setUp({ maxAgeMillis: 1000 });
    emit(DEBUG, 'first', 2);
    await clock.advance(100);
    emit(DEBUG, 'old', 1);
    await clock.advance(1001);
    emit(ERROR, 'error', 1);
    expect(child.bodies).toEqual(['error']);
    expect(stats()).toMatchObject({ emitted: 3, passed: 1, held: 0, suppressed: { hold_age: 2 } });
  });

  it('is the newest of many', () => {
    const { child, emit, stats } = setUp({ maxRecords: 5 });
    for (let index = 0; index < 1000; index += 1) emit(DEBUG, index, 1);
    emit(ERROR, 'error', 1);
    expect(child.bodies).toEqual([995, 996, 997, 998, 999, 'error']);
    expect(stats()).toMatchObject({
      emitted: 1001,
      passed: 6,
      held: 0,
      heldBytes: 0,
      suppressed: { hold_records: 995 },
    });
  });

  it('is not held when one record alone is larger than all that may be', () => {
    const { emit, stats } = setUp({ maxBytes: 2000 });
    emit(DEBUG, 'small', 1);
    emit(DEBUG, 'x'.repeat(5000), 1);
    expect(stats()).toMatchObject({ held: 1, suppressed: { hold_bytes: 1 } });
  });

  it('is let go at shutdown, counted', async () => {
    const { clock, child, processor, emit, stats } = setUp();
    emit(DEBUG, 'held', 1);
    await processor.forceFlush();
    expect(stats().held).toBe(1);
    await processor.shutdown();
    expect(child.bodies).toEqual([]);
    expect(stats()).toMatchObject({ emitted: 1, held: 0, suppressed: { hold_shutdown: 1 } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('keeps its bounds, its order and its accounts whatever comes', async () => {
    const step = fc.record({
      severity: fc.constantFrom(DEBUG, DEBUG, DEBUG, INFO, ERROR),
      trace: fc.nat(6),
      wait: fc.nat(40),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 150 }), async (steps) => {
        const bounds = { maxRecords: 8, maxBytes: 2000, maxTraces: 3, maxAgeMillis: 100 };
        const { clock, child, emit, stats } = setUp(bounds);
        for (const [index, { severity, trace, wait }] of steps.entries()) {
          emit(severity, { index, trace }, trace);
          const now = stats();
          expect(accounted(now)).toBe(now.emitted);
          expect(now.held <= bounds.maxRecords && now.heldBytes <= bounds.maxBytes).toBe(true);
          await clock.advance(wait);
        }
        const bodies = child.bodies as { index: number; trace: number }[];
        const low = bodies.filter(({ index }) => steps[index]?.severity === DEBUG);
        for (let trace = 0; trace < 7; trace += 1) {
          const order = low.filter((body) => body.trace === trace).map(({ index }) => index);
          expect(order).toEqual(order.toSorted((a, b) => a - b));
        }
        const passedAlways = steps.filter(({ severity }) => severity !== DEBUG).length;
        expect(bodies.length - low.length).toBe(passedAlways);
        expect(new Set(bodies.map(({ index }) => index)).size).toBe(bodies.length);
      }),
      randomRuns(150),
    );
  });
});
