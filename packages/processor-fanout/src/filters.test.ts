// SPDX-License-Identifier: Apache-2.0
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import type { LogRecordProcessor } from '@logferry/core';
import { ManualClock } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { type FanOutDestination, FanOutLogRecordProcessor } from './index.ts';
import { emitted, ScriptedProcessor, spanContext, statsOf } from './test-doubles/scripted-processor.ts';

type Options = Omit<FanOutDestination, 'processor'>;

function fanOut(options: Options, clock = new ManualClock(), random?: () => number) {
  const child = new ScriptedProcessor();
  const destinations = { one: { processor: child, ...options } };
  const processor = new FanOutLogRecordProcessor({ destinations, clock, ...(random && { random }) });
  return { child, processor, stats: () => statsOf(processor, 'one') };
}

type Query = Parameters<NonNullable<LogRecordProcessor['enabled']>>[0];

function query(fields: { severityNumber?: number; name?: string; context?: Query['context'] }): Query {
  const { severityNumber, name = 'orders', context = ROOT_CONTEXT } = fields;
  return { context, instrumentationScope: { name }, ...(severityNumber !== undefined && { severityNumber }) };
}

/** The severities, 0 for none, of the records that pass, from `enabled` and from `onEmit`. */
function passing(options: Options, name: string): { enabled: number[]; emitted: number[] } {
  const { child, processor } = fanOut(options);
  const severities = [0, 1, 5, 9, 13, 17, 21];
  for (const severity of severities) {
    processor.onEmit(
      emitted({ body: severity, severityNumber: severity || undefined, instrumentationScope: { name } }),
    );
  }
  const enabled = severities.filter((severity) =>
    processor.enabled(query(severity === 0 ? { name } : { severityNumber: severity, name })),
  );
  return { enabled, emitted: child.bodies as number[] };
}

describe('severity and logger', () => {
  const everything = [0, 1, 5, 9, 13, 17, 21];
  const levels = [
    { name: 'noisy.*', minimumSeverity: 'error' },
    { name: 'noisy.core', minimumSeverity: 'all' },
    { name: 'debugged', minimumSeverity: 'debug' },
    { name: 'mute?', minimumSeverity: 'off' },
  ] as const;
  const cases: readonly [string, Options, string, number[]][] = [
    ['nothing is set', {}, 'orders', everything],
    ['a level is set', { minimumSeverity: 'warn' }, 'orders', [0, 13, 17, 21]],
    ['a number is set', { minimumSeverity: 14 }, 'orders', [0, 17, 21]],
    ['a name between is set', { minimumSeverity: 'warn2' }, 'orders', [0, 17, 21]],
    ['the last name before an error is set', { minimumSeverity: 'warn4' }, 'orders', [0, 17, 21]],
    ['the highest name is set', { minimumSeverity: 'fatal4' }, 'orders', [0]],
    ['it is off', { minimumSeverity: 'off' }, 'orders', []],
    ['a pattern includes the logger', { loggers: { include: ['a*c', 'ord*s'] } }, 'orders', everything],
    ['no pattern includes it', { loggers: { include: ['ord', '*order', 'o?s'] } }, 'orders', []],
    ['it is excluded as well', { loggers: { include: ['*'], exclude: ['?rders'] } }, 'orders', []],
    ['the first level that matches counts', { loggers: { levels } }, 'noisy.core', [0, 17, 21]],
    [
      'a level of its own is below',
      { minimumSeverity: 'warn', loggers: { levels } },
      'debugged',
      [0, 5, 9, 13, 17, 21],
    ],
    ['the logger is off', { loggers: { levels } }, 'muted', []],
    ['no level matches', { minimumSeverity: 'fatal', loggers: { levels } }, 'mute', [0, 21]],
  ];
  it.each(cases)('pass as they should when %s', (_, options, name, expected) => {
    expect(passing(options, name)).toEqual({ enabled: expected, emitted: expected });
  });

  it('are counted by reason', () => {
    const { processor, stats } = fanOut({ minimumSeverity: 'warn', loggers: { exclude: ['x'] } });
    processor.onEmit(emitted());
    processor.onEmit(emitted({ severityNumber: 17, instrumentationScope: { name: 'x' } }));
    processor.onEmit(emitted({ severityNumber: 17 }));
    expect(stats()).toMatchObject({ emitted: 3, passed: 1, filtered: { severity: 1, logger: 1 } });
  });

  it('let no number get past what is off or excluded', () => {
    const { child, processor } = fanOut({ minimumSeverity: 'off', loggers: { exclude: ['x'] } });
    for (const name of ['x', 'y']) {
      for (const severityNumber of [Infinity, 1000, 255, -1, Number.NaN, 'high']) {
        processor.onEmit(emitted({ severityNumber, instrumentationScope: { name } }));
      }
    }
    expect(child.records).toEqual([]);
  });

  it('are right for more loggers than are remembered', () => {
    const { child, processor } = fanOut({ loggers: { exclude: ['logger-*1'] } });
    for (let round = 0; round < 2; round += 1) {
      for (let index = 0; index < 3000; index += 1) {
        processor.onEmit(emitted({ instrumentationScope: { name: `logger-${index}` } }));
      }
    }
    expect(child.records.length).toBe(2 * 2700);
  });
});

describe('enabled', () => {
  it('is true when any destination wants the record', () => {
    const processor = new FanOutLogRecordProcessor({
      destinations: {
        errors: { processor: new ScriptedProcessor(), minimumSeverity: 'error' },
        some: { processor: new ScriptedProcessor(), loggers: { include: ['debugged'] } },
      },
    });
    const answers = [
      query({ severityNumber: 9 }),
      query({ severityNumber: 17 }),
      query({ severityNumber: 1, name: 'debugged' }),
    ].map((one) => processor.enabled(one));
    expect(answers).toEqual([false, true, true]);
  });

  it('asks for the trace, and the processors that have an opinion', () => {
    const context = (flags: number) => trace.setSpanContext(ROOT_CONTEXT, spanContext(1, flags));
    const { processor } = fanOut({ sampledTracesOnly: true });
    const answers = [context(1), context(0), ROOT_CONTEXT].map((one) => processor.enabled(query({ context: one })));
    expect(answers).toEqual([true, false, true]);

    const picky = Object.assign(new ScriptedProcessor(), { enabled: ({ severityNumber = 0 }) => severityNumber > 9 });
    const throwing = Object.assign(new ScriptedProcessor(), {
      enabled: (): boolean => {
        throw new Error('no');
      },
    });
    const outer = new FanOutLogRecordProcessor({ destinations: { picky: { processor: picky } } });
    expect([5, 13].map((severityNumber) => outer.enabled(query({ severityNumber })))).toEqual([false, true]);
    const other = new FanOutLogRecordProcessor({ destinations: { throwing: { processor: throwing } } });
    expect(other.enabled(query({ severityNumber: 5 }))).toBe(true);
  });
});

describe('a filter function', () => {
  it('decides, and changes nothing that others get', () => {
    const { child, processor, stats } = fanOut({
      filter: (record) => {
        (record.attributes as Record<string, unknown>)['seen'] = true;
        return record.body === 'yes';
      },
    });
    const record = emitted({ body: 'yes' });
    processor.onEmit(record);
    processor.onEmit(emitted({ body: 'no' }));
    expect(child.bodies).toEqual(['yes']);
    expect([record.attributes, child.records[0]?.attributes]).toEqual([{}, {}]);
    expect(stats()).toMatchObject({ emitted: 2, passed: 1, filtered: { filter: 1 } });
  });

  it('that throws, rejects, or answers neither true nor false lets nothing pass', () => {
    const answers: (() => unknown)[] = [
      () => {
        throw new Error('secret');
      },
      async () => await Promise.reject(new Error('secret')),
      () => 1,
    ];
    let index = 0;
    const { child, processor, stats } = fanOut({ filter: () => answers[index]?.() as boolean });
    for (index = 0; index < answers.length; index += 1) processor.onEmit(emitted());
    expect(child.records).toEqual([]);
    expect(stats()).toMatchObject({ emitted: 3, passed: 0, failed: { filter_threw: 3 } });
  });
});

it('records of traces that are not sampled are left out, those without a trace pass', () => {
  const { child, processor, stats } = fanOut({ sampledTracesOnly: true });
  const contexts = [spanContext(1, 1), spanContext(1, 0), undefined, { ...spanContext(1, 0), traceId: '0' }];
  for (const [index, one] of contexts.entries()) processor.onEmit(emitted({ body: index, spanContext: one }));
  expect(child.bodies).toEqual([0, 2, 3]);
  expect(stats().filtered.unsampled_trace).toBe(1);
});

describe('sampling', () => {
  it('keeps a trace as a whole, draws other records by lot, and lets every error pass', () => {
    let drawn = 0.2;
    const { child, processor, stats } = fanOut({ sampling: { ratio: 0.5 } }, new ManualClock(), () => drawn);
    const low = { ...spanContext(0), traceId: '0af7651916cd43dd8400000000000001' };
    const high = { ...spanContext(0), traceId: '0af7651916cd43dd84ffffffffffffff' };
    processor.onEmit(
      emitted({ body: 'low', spanContext: { ...low, traceId: `${low.traceId.slice(0, 18)}00000000000001` } }),
    );
    processor.onEmit(
      emitted({ body: 'high', spanContext: { ...high, traceId: `${high.traceId.slice(0, 18)}ffffffffffffff` } }),
    );
    processor.onEmit(emitted({ body: 'drawn' }));
    drawn = 0.7;
    processor.onEmit(emitted({ body: 'not drawn' }));
    processor.onEmit(emitted({ body: 'error', severityNumber: 17 }));
    expect(child.bodies).toEqual(['high', 'drawn', 'error']);
    expect(stats()).toMatchObject({ emitted: 5, passed: 3, suppressed: { sampling: 2 } });
  });
});

describe('a rate limit', () => {
  it('lets a burst pass, then so many per second, and errors always, which take no token', async () => {
    const clock = new ManualClock();
    const { child, processor, stats } = fanOut({ rateLimit: { perSecond: 2, burst: 3 } }, clock);
    for (let index = 0; index < 5; index += 1) processor.onEmit(emitted({ body: index }));
    processor.onEmit(emitted({ body: 'error', severityNumber: 17 }));
    await clock.advance(500);
    processor.onEmit(emitted({ body: 'later' }));
    processor.onEmit(emitted({ body: 'too early' }));
    expect(child.bodies).toEqual([0, 1, 2, 'error', 'later']);
    expect(stats()).toMatchObject({ emitted: 8, passed: 5, suppressed: { rate_limit: 3 } });
  });

  it('has a bucket for each key, and one that the keys beyond the bound share', async () => {
    const clock = new ManualClock();
    const key = ({ body }: { readonly body?: unknown }): string | undefined => {
      if (body === 'throws') throw new Error('no');
      return body === 'free' ? undefined : String(body);
    };
    const { child, processor } = fanOut({ rateLimit: { perSecond: 1, key, maxKeys: 2 } }, clock);
    const emit = (...bodies: string[]): void => {
      for (const body of bodies) processor.onEmit(emitted({ body }));
    };
    emit('a', 'a', 'b', 'b', 'c', 'd', 'throws', 'free', 'free');
    expect(child.bodies).toEqual(['a', 'b', 'c', 'free', 'free']);
    child.records.length = 0;
    await clock.advance(1000);
    emit('e', 'f', 'g', 'h');
    expect(child.bodies).toEqual(['e', 'f', 'g']);
  });

  it('counts by logger when asked', () => {
    const { child, processor } = fanOut({ rateLimit: { perSecond: 1, key: 'logger' } });
    for (const name of ['a', 'b', 'a', 'b']) {
      processor.onEmit(emitted({ body: name, instrumentationScope: { name } }));
    }
    expect(child.bodies).toEqual(['a', 'b']);
  });
});

describe('suppressed records', () => {
  it('are told of in a record of their own, a minute after the first and at shutdown', async () => {
    const clock = new ManualClock();
    const { child, processor, stats } = fanOut({ rateLimit: { perSecond: 1 }, suppressionNotices: true }, clock);
    for (let index = 0; index < 4; index += 1) processor.onEmit(emitted());
    await clock.advance(60_000);
    expect(child.records[1]).toMatchObject({
      severityNumber: 13,
      severityText: 'WARN',
      body: '3 log records suppressed since 2026-01-01T00:00:00.000Z',
      attributes: { 'logferry.suppressed.count': 3, 'logferry.suppressed.reason.rate_limit': 3 },
      instrumentationScope: { name: '@logferry/processor-fanout' },
      resource: emitted().resource,
    });
    processor.onEmit(emitted());
    processor.onEmit(emitted());
    await processor.shutdown();
    expect(child.records.at(-1)?.body).toBe('1 log record suppressed since 2026-01-01T00:01:00.000Z');
    expect(stats()).toMatchObject({ emitted: 6, passed: 2, notices: 2, suppressed: { rate_limit: 4 } });
    expect(clock.pendingTimers).toBe(0);
  });
});
