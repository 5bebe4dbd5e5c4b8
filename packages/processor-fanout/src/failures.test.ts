// SPDX-License-Identifier: Apache-2.0
import type { LogferryError } from '@logferry/core';
import { CollectedMetrics } from '@logferry-test/support';
import { ManualClock } from '@logferry/core/testing';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';

import { FanOutLogRecordProcessor, type FanOutOptions } from './index.ts';
import { accounted, emitted, never, ScriptedProcessor, statsOf } from './test-doubles/scripted-processor.ts';

const SECRET = 'the text of a peer, with a secret';

afterEach(() => diag.disable());

/** What the hook and diag are told. */
function told() {
  const errors: string[] = [];
  const causes: unknown[] = [];
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  diag.setLogger({ error: note, warn: note, info: note, debug: note, verbose: note }, DiagLogLevel.ALL);
  lines.length = 0;
  const onError = (error: LogferryError, destination: string): void => {
    errors.push(`${destination}: ${error.code}: ${error.message}`);
    causes.push(error.cause);
  };
  return { errors, causes, lines, onError };
}

function fails(): never {
  throw new Error(SECRET);
}

describe('five destinations, three of which fail in different ways', () => {
  it('deliver every record to the other two', async () => {
    const clock = new ManualClock();
    const { errors, causes, lines, onError } = told();
    let room = 10;
    const first = new ScriptedProcessor();
    const last = new ScriptedProcessor();
    const hangs = new ScriptedProcessor({ forceFlush: never, shutdown: never });
    const processor = new FanOutLogRecordProcessor({
      destinations: {
        first: { processor: first },
        throws: { processor: new ScriptedProcessor({ onEmit: fails, forceFlush: fails, shutdown: fails }) },
        hangs: { processor: hangs },
        full: {
          processor: new ScriptedProcessor({
            onEmit() {
              if (room === 0) throw new RangeError('no room');
              room -= 1;
            },
            forceFlush: async () => await Promise.reject(new Error('the disk is full')),
          }),
        },
        last: { processor: last },
      },
      shutdownTimeoutMillis: 500,
      clock,
      onError,
    });
    const bodies = Array.from({ length: 1000 }, (_, index) => index);
    for (const body of bodies) processor.onEmit(emitted({ body }));
    await clock.advance(0);
    const flush = processor.forceFlush({ timeoutMillis: 100 }).then(
      () => 'resolved',
      (error: LogferryError) => `${error.code}: ${error.message}`,
    );
    await clock.advance(100);
    expect(await flush).toBe('DESTINATION_FAILED: the flush of these destinations failed: "throws", "hangs", "full"');
    const shutdown = processor.shutdown();
    expect(processor.shutdown()).toBe(shutdown);
    await clock.advance(500);
    await shutdown;
    for (const healthy of [first, last]) {
      expect(healthy.bodies).toEqual(bodies);
      expect(healthy.calls).toEqual(['forceFlush 100', 'shutdown']);
    }
    expect(hangs.bodies).toEqual(bodies);
    expect(statsOf(processor, 'throws')).toMatchObject({ emitted: 1000, passed: 0, failed: { processor_threw: 1000 } });
    expect(statsOf(processor, 'full')).toMatchObject({ emitted: 1000, passed: 10, failed: { processor_threw: 990 } });
    for (const counts of Object.values(processor.stats().destinations)) expect(accounted(counts)).toBe(counts.emitted);
    expect(errors).toEqual([
      'throws: DESTINATION_FAILED: the destination "throws" threw while it took a record',
      'full: DESTINATION_FAILED: the destination "full" threw while it took a record',
      'throws: DESTINATION_FAILED: the destination "throws" failed in forceFlush',
      'hangs: DEADLINE_EXCEEDED: the forceFlush of the destination "hangs" did not end within its time',
      'full: DESTINATION_FAILED: the destination "full" failed in forceFlush',
      'throws: DESTINATION_FAILED: the destination "throws" failed in shutdown',
      'hangs: DEADLINE_EXCEEDED: the shutdown of the destination "hangs" did not end within its time',
    ]);
    expect(causes[0]).toEqual(new Error(SECRET));
    expect(lines.length).toBe(7);
    expect([...errors, ...lines].join('\n')).not.toContain(SECRET);
    expect(clock.pendingTimers).toBe(0);
  });
});

it('what a destination emits while it takes a record reaches the others only, and ends', () => {
  const others = new ScriptedProcessor();
  const emitAgain = (): void => processor.onEmit(emitted({ body: 'again' }));
  const processor: FanOutLogRecordProcessor = new FanOutLogRecordProcessor({
    destinations: {
      a: { processor: new ScriptedProcessor({ onEmit: emitAgain }) },
      b: { processor: new ScriptedProcessor({ onEmit: emitAgain }) },
      others: { processor: others },
    },
  });
  processor.onEmit(emitted({ body: 'first' }));
  expect(others.bodies.filter((body) => body === 'first')).toEqual(['first']);
  const { a, others: rest } = processor.stats().destinations;
  expect(rest?.emitted).toBe(rest?.passed);
  expect(a?.failed.reentrant).toBeGreaterThan(0);
  for (const counts of Object.values(processor.stats().destinations)) expect(accounted(counts)).toBe(counts.emitted);
});

it('an async processor that rejects is reported and does not end the process', async () => {
  const clock = new ManualClock();
  const { errors, onError } = told();
  const rejecting = Object.assign(new ScriptedProcessor(), {
    onEmit: async () => await Promise.reject(new Error(SECRET)),
  });
  const processor = new FanOutLogRecordProcessor({ destinations: { one: { processor: rejecting } }, clock, onError });
  processor.onEmit(emitted());
  await clock.advance(0);
  await clock.advance(1000);
  expect(errors).toEqual(['one: DESTINATION_FAILED: the destination "one" threw while it took a record']);
});

it('a record that can not be read is counted, and hooks that throw end here', async () => {
  const clock = new ManualClock();
  const { lines } = told();
  const child = new ScriptedProcessor();
  const processor = new FanOutLogRecordProcessor({
    destinations: { one: { processor: child, sampledTracesOnly: true } },
    clock,
    onError: fails,
  });
  const record = Object.defineProperty(emitted(), 'spanContext', { get: fails });
  processor.onEmit(record);
  expect(statsOf(processor, 'one')).toMatchObject({ emitted: 1, passed: 0, failed: { copy_failed: 1 } });
  await clock.advance(0);
  expect(lines).toEqual([
    '@logferry/processor-fanout: the destination "one" got a record that can not be read',
    '@logferry/processor-fanout: the onError hook threw; what it threw is ignored',
  ]);
});

it('records after shutdown are counted', async () => {
  const child = new ScriptedProcessor();
  const processor = new FanOutLogRecordProcessor({ destinations: { one: { processor: child } } });
  await processor.shutdown();
  processor.onEmit(emitted());
  await processor.forceFlush();
  expect(child.calls).toEqual(['shutdown']);
  expect(statsOf(processor, 'one')).toMatchObject({ emitted: 1, failed: { already_shutdown: 1 } });
});

describe('a change at run time', () => {
  it('acts at once on what it names, and leaves the rest', () => {
    const audit = new ScriptedProcessor();
    const processor = new FanOutLogRecordProcessor({
      destinations: {
        audit: { processor: audit, minimumSeverity: 'error', filter: ({ body }) => body !== 'no' },
        other: { processor: new ScriptedProcessor() },
      },
    });
    const emit = (): void => {
      for (const body of ['yes', 'no']) processor.onEmit(emitted({ body }));
    };
    emit();
    processor.update({ audit: { minimumSeverity: 'info' } });
    emit();
    processor.update({ audit: { filter: null } });
    emit();
    processor.update({ audit: { minimumSeverity: 'off' } });
    emit();
    expect(audit.bodies).toEqual(['yes', 'yes', 'no']);
  });

  it.each([
    [{ nobody: {} }, 'destinations has no option "nobody"; it has one, two'],
    [
      { two: { minimumSeverity: 'loud' } },
      'destinations.two.minimumSeverity must be one of trace, debug, info, warn, error, fatal, also with 2 to 4 after it, all, off, or a whole number from 1 to 24; it is "loud"',
    ],
    [
      { two: { processor: 1 } },
      'destinations.two has no option "processor"; it has minimumSeverity, loggers, filter, sampledTracesOnly, sampling, rateLimit',
    ],
    [
      { two: { sampling: { ratio: 1, exemptForm: 'warn' } } },
      'destinations.two.sampling has no option "exemptForm"; it has ratio, exemptFrom; did you mean exemptFrom?',
    ],
    [
      { two: { rateLimit: { perSecond: 1, brust: 5 } } },
      'destinations.two.rateLimit has no option "brust"; it has perSecond, burst, key, maxKeys, exemptFrom; did you mean burst?',
    ],
    [{ two: { sampling: { ratio: 2 } } }, 'destinations.two.sampling.ratio must be a number from 0 to 1; it is 2'],
    [
      { two: { loggers: { include: [''] } } },
      'destinations.two.loggers.include[0] must be a name of 1 to 256 characters, in which * and ? are wildcards; it is ""',
    ],
  ])('that is bad changes nothing: %j', (bad, message) => {
    const one = new ScriptedProcessor();
    const processor = new FanOutLogRecordProcessor({
      destinations: { one: { processor: one }, two: { processor: new ScriptedProcessor() } },
    });
    const changes = { one: { minimumSeverity: 'off' as const }, ...bad } as Parameters<typeof processor.update>[0];
    expect(() => processor.update(changes)).toThrow(expect.objectContaining({ code: 'INVALID_OPTION', message }));
    processor.onEmit(emitted());
    expect(one.records.length).toBe(1);
  });
});

describe('a bad option', () => {
  const processor = new ScriptedProcessor();
  it.each<[unknown, string]>([
    [{ destinations: {} }, 'destinations must name at least one'],
    [{ destinations: { a: {} } }, 'destinations.a.processor must be a LogRecordProcessor; it is undefined'],
    [
      { destinations: { a: { processor }, b: { processor } } },
      'destinations.b.processor must be a processor of its own; it is that of a',
    ],
    [
      { destinations: { a: { processor, fingersCrossed: { maxRecords: 0 } } } },
      'destinations.a.fingersCrossed.maxRecords must be a whole number at least 1; it is 0',
    ],
    [
      { destinations: { a: { processor, fingersCrossed: { maxAge: 5 } } } },
      'destinations.a.fingersCrossed has no option "maxAge"; it has passFrom, releaseFrom, withoutTrace, maxRecords, maxBytes, maxTraces, maxAgeMillis; did you mean maxAgeMillis?',
    ],
    [
      { destinations: { a: { processor, rateLimit: { perSecond: 0 } } } },
      'destinations.a.rateLimit.perSecond must be a number above 0; it is 0',
    ],
    [
      { destinations: { a: { processor } }, shutdownTimeoutMillis: -1 },
      'shutdownTimeoutMillis must be a whole number at least 1, or Infinity; it is -1',
    ],
  ])('is named: %#', (options, message) => {
    expect(() => new FanOutLogRecordProcessor(options as FanOutOptions)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION', message }),
    );
  });
});

it('the counts are observed as metrics', async () => {
  const metrics = new CollectedMetrics();
  const destinations = { one: { processor: new ScriptedProcessor(), loggers: { exclude: ['x'] } } };
  const processor = new FanOutLogRecordProcessor({ destinations, meterProvider: metrics.provider });
  for (const name of ['x', 'y', 'z']) processor.onEmit(emitted({ instrumentationScope: { name } }));
  const points = await metrics.points();
  const own = {
    'otel.component.type': 'fan_out_log_processor',
    'otel.component.name': 'fan_out_log_processor/0',
    'logferry.destination': 'one',
  };
  expect(points).toEqual({
    'logferry.fanout.records': [
      { value: 2, attributes: { ...own, 'logferry.outcome': 'passed' } },
      { value: 1, attributes: { ...own, 'logferry.outcome': 'filtered', 'logferry.reason': 'logger' } },
    ],
    'logferry.fanout.held': [{ value: 0, attributes: own }],
  });
});
