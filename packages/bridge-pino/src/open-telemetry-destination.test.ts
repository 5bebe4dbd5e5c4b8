// SPDX-License-Identifier: Apache-2.0
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { LoggerOptions } from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { OpenTelemetryDestination } from './open-telemetry-destination.ts';
import { bridgedLogger } from './test-support/bridged-logger.ts';
import { collector } from './test-support/collected-records.ts';
import { PINO_VERSIONS } from './test-support/pino-versions.ts';
import { traceMixin } from './trace-mixin.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const SPAN_ID = 'b7ad6b7169203331';
const ACTIVE = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1 });

beforeAll(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterAll(() => context.disable());

describe.each(PINO_VERSIONS)('with pino $version', ({ pino }) => {
  const bridged = (options?: LoggerOptions) => bridgedLogger(pino, options);

  test('a record has body, severity, time, scope and attributes', () => {
    const { logger, only } = bridged({ base: {}, name: 'shop', timestamp: () => ',"time":1767323045006' });
    logger.info({ order: { id: 42, tags: ['new', null] }, count: 3 }, 'order %s', 'accepted');
    expect(only()).toEqual({
      scope: 'shop',
      severityNumber: 9,
      severityText: 'info',
      body: 'order accepted',
      attributes: { order: { id: 42, tags: ['new', null] }, count: 3 },
      traceId: undefined,
      spanId: undefined,
      traceFlags: undefined,
      hrTime: [1767323045, 6_000_000],
      hrTimeObserved: [expect.any(Number), expect.any(Number)],
      eventName: undefined,
      droppedAttributesCount: 0,
    });
  });

  test.each([
    ['trace', 1],
    ['debug', 5],
    ['info', 9],
    ['warn', 13],
    ['error', 17],
    ['fatal', 21],
  ] as const)('the level %s is severity %i', (level, severityNumber) => {
    const { logger, only } = bridged({ level: 'trace' });
    logger[level]('hello');
    expect(only()).toMatchObject({ severityNumber, severityText: level });
  });

  test('levels between those of pino scale linearly', () => {
    const collected = collector();
    const destination = new OpenTelemetryDestination(collected);
    const logger = pino({ customLevels: { detail: 15, notice: 35, audit: 55, doom: 1000 } }, destination);
    logger.level = 'trace';
    logger.detail('a');
    logger.notice('b');
    logger.audit('c');
    logger.doom('d');
    expect(collected.records.map(({ severityText, severityNumber }) => [severityText, severityNumber])).toEqual([
      ['detail', 3],
      ['notice', 11],
      ['audit', 19],
      ['doom', 24],
    ]);
  });

  test('levels of an own scale, which may fall, have the severities of their names', () => {
    const collected = collector();
    const logger = pino(
      {
        customLevels: { emerg: 0, error: 3, warning: 4, odd: 5, info: 6, debug: 7 },
        useOnlyCustomLevels: true,
        levelComparison: 'DESC',
        level: 'debug',
      },
      new OpenTelemetryDestination(collected),
    );
    logger.emerg('a');
    logger.error('b');
    logger.odd('c');
    logger.info('d');
    expect(collected.records.map(({ severityNumber }) => severityNumber)).toEqual([21, 17, 11, 9]);
  });

  test('a changed level is obeyed', () => {
    const { logger, records } = bridged();
    logger.debug('unheard');
    logger.level = 'debug';
    logger.debug('heard');
    expect(records.map(({ body }) => body)).toEqual(['heard']);
  });

  test.each([
    ['epochTime', [1767323045, 6_000_000]],
    ['unixTime', [1767323045, 0]],
    ['isoTime', [1767323045, 6_000_000]],
    ['nullTime', [1767323045, 6_000_000]],
  ] as const)('the time of %s is read', (name, hrTime) => {
    const now = Date.now;
    Date.now = () => 1767323045006;
    try {
      const { logger, only } = bridged({ timestamp: pino.stdTimeFunctions[name] });
      logger.info('hello');
      expect(only()).toMatchObject({ hrTime, attributes: {} });
    } finally {
      Date.now = now;
    }
  });

  test.each([
    ['nanoseconds', ',"time":"2026-01-02T03:04:05.006007008Z"', [1767323045, 6_007_008], {}],
    ['another key', ',"@timestamp":"2026-01-02T03:04:05.006Z"', [1767323045, 6_000_000], {}],
    ['another field behind it', ',"time":1767323045006,"zone":"CET"', [1767323045, 6_000_000], { zone: 'CET' }],
  ])('the time of a function that writes %s is read', (_about, written, hrTime, attributes) => {
    const { logger, only } = bridged({ timestamp: () => written });
    logger.info('hello');
    expect(only()).toMatchObject({ hrTime, attributes });
    expect(only().attributes).toEqual(attributes);
  });

  test('a time that can not be read becomes an attribute', () => {
    const { logger, only } = bridged({ timestamp: () => ',"when":"yesterday"' });
    const before = Math.floor(Date.now() / 1000);
    logger.info('hello');
    expect(only().attributes).toEqual({ when: 'yesterday' });
    expect(only().hrTime[0]).toBeGreaterThanOrEqual(before);
  });

  test('child loggers, and bindings that are set later, give their fields', () => {
    const { logger, records } = bridged({ base: {}, name: 'shop' });
    const child = logger.child({ request: 7, user: { id: 1 } });
    const grandchild = child.child({ name: 'basket', request: 8 });
    logger.info('a');
    child.info({ own: true }, 'b');
    grandchild.info('c');
    child.setBindings({ tenant: 't1' });
    child.info('d');
    expect(records.map(({ scope, body, attributes }) => [scope, body, attributes])).toEqual([
      ['shop', 'a', {}],
      ['shop', 'b', { request: 7, user: { id: 1 }, own: true }],
      ['basket', 'c', { request: 8, user: { id: 1 } }],
      ['shop', 'd', { request: 7, user: { id: 1 }, tenant: 't1' }],
    ]);
  });

  test('pid and hostname have the names of the semantic conventions', () => {
    const collected = collector();
    pino(new OpenTelemetryDestination(collected)).info('hello');
    expect(collected.only().attributes).toEqual({ 'process.pid': process.pid, 'host.name': expect.any(String) });
  });

  test('messageKey, errorKey and nestedKey are obeyed', () => {
    const { logger, only } = bridged({
      messageKey: 'text',
      errorKey: 'failure',
      nestedKey: 'payload',
      mixin: traceMixin,
    });
    context.with(ACTIVE, () => logger.error({ failure: new RangeError('too far'), distance: 9 }, 'gone'));
    expect(only()).toMatchObject({
      body: 'gone',
      traceId: TRACE_ID,
      attributes: { payload: { distance: 9 }, 'exception.type': 'RangeError', 'exception.message': 'too far' },
    });
    expect(Object.keys(only().attributes).toSorted()).toEqual([
      'exception.message',
      'exception.stacktrace',
      'exception.type',
      'payload',
    ]);
  });

  test('a message in the merging object is the body', () => {
    const { logger, records } = bridged();
    logger.info({ msg: 'from the object', a: 1 });
    logger.info({ msg: 'lost, as in the line' }, 'from the call');
    expect(records.map(({ body, attributes }) => [body, attributes])).toEqual([
      ['from the object', { a: 1 }],
      ['from the call', {}],
    ]);
  });

  test('an error brings its type, its own fields and the traces of its causes', () => {
    const { logger, only } = bridged();
    const cause = new TypeError('no route');
    const error = Object.assign(new RangeError('declined', { cause }), { code: 'E_DECLINED' });
    logger.error(error);
    expect(only()).toMatchObject({ severityNumber: 17, body: 'declined' });
    expect(only().attributes).toEqual({
      'exception.type': 'RangeError',
      'exception.message': 'declined',
      'exception.stacktrace': `${error.stack}\nCaused by: ${cause.stack}`,
      'exception.code': 'E_DECLINED',
    });
  });

  test('an error that a logger is bound to is an exception', () => {
    const { logger, only } = bridged();
    logger.child({ err: new TypeError('no route') }).warn('retrying');
    expect(only().attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'no route' });
    expect(only().attributes).not.toHaveProperty('err');
  });

  test('values that JSON loses are kept', () => {
    const { logger, only } = bridged();
    logger.info({
      large: 9_007_199_254_740_993n,
      map: new Map([['a', 1]]),
      set: new Set([1]),
      skip: () => 1,
      gone: undefined,
    });
    expect(only().attributes).toEqual({ large: '9007199254740993', map: { a: 1 }, set: [1] });
  });

  test('the trace of the active span is that of the record, also beside fields that repeat it', () => {
    const { logger, records } = bridged({ mixin: traceMixin });
    context.with(ACTIVE, () => logger.info('inside'));
    logger.info('outside');
    expect(records).toMatchObject([
      { traceId: TRACE_ID, spanId: SPAN_ID, traceFlags: 1, attributes: {} },
      { traceId: undefined, attributes: {} },
    ]);
    expect(records[0]?.attributes).toEqual({});
  });

  test('a mixin and its merge strategy are honoured', () => {
    const { logger, only } = bridged({
      mixin: () => ({ added: 1, shared: 'mixin' }),
      mixinMergeStrategy: (merged, mixed) => ({ ...merged, ...mixed }),
    });
    logger.info({ shared: 'call' }, 'hello');
    expect(only().attributes).toEqual({ added: 1, shared: 'mixin' });
  });

  test('a multistream passes records on to it and to others', () => {
    const collected = collector();
    const lines: string[] = [];
    const logger = pino(
      { base: null, level: 'debug' },
      pino.multistream([
        new OpenTelemetryDestination(collected),
        { level: 'debug', stream: { write: (line: string) => void lines.push(line) } },
      ]),
    );
    logger.debug({ a: 1n }, 'hello');
    expect(collected.only()).toMatchObject({ body: 'hello', severityNumber: 5, attributes: { a: 1 } });
    expect(lines).toHaveLength(1);
  });

  test('nothing is done for a logger that is disabled', () => {
    let reads = 0;
    const collected = collector({ enabled: () => false });
    const destination = new OpenTelemetryDestination(collected);
    pino({ base: null }, destination).info(
      {
        get field() {
          reads += 1;
          return 1;
        },
      },
      'hello',
    );
    // Pino reads it once to write its line.
    expect(reads).toBe(1);
    expect(collected.records).toEqual([]);
    expect(destination.stats()).toMatchObject({ emitted: 0, disabled: 1 });
  });

  test('a processor that throws harms nobody', () => {
    const failing = collector({
      onEmit: () => {
        throw new Error('no');
      },
    });
    const destination = new OpenTelemetryDestination(failing);
    const logger = pino({ base: null }, destination);
    logger.info('hello');
    expect(destination.stats()).toMatchObject({ emitted: 0, failed: 1 });
  });

  test('a time function that throws when it is looked at leaves the line to read', () => {
    let calls = 0;
    const { logger, only } = bridged({
      timestamp: () => {
        calls += 1;
        // Pino calls it when the logger is made, and for the line.
        if (calls === 3) throw new Error('no time');
        return ',"time":1767323045006';
      },
    });
    logger.warn({ a: 1 }, 'hello');
    expect(only()).toMatchObject({ body: 'hello', severityNumber: 13, hrTime: [1767323045, 6_000_000] });
    expect(only().attributes).toEqual({ a: 1 });
  });

  test('lines that come without their logger are read', () => {
    const collected = collector();
    const destination = new OpenTelemetryDestination(collected);
    destination.write(
      '{"level":50,"time":1767323045006,"name":"old","err":{"type":"RangeError","message":"m","stack":"s"},"a":1,"msg":"hello"}\n',
    );
    destination.write('no JSON\n');
    expect(collected.records).toMatchObject([
      { scope: 'old', severityNumber: 17, severityText: 'error', body: 'hello', hrTime: [1767323045, 6_000_000] },
      { scope: 'pino', severityNumber: undefined, body: 'no JSON', attributes: {} },
    ]);
    expect(collected.records[0]?.attributes).toEqual({
      'exception.type': 'RangeError',
      'exception.message': 'm',
      'exception.stacktrace': 's',
      a: 1,
    });
  });

  test('what a processor logs while it handles a record is not bridged again', () => {
    const collected = collector({ onEmit: () => logger.info('about the record') });
    const destination = new OpenTelemetryDestination(collected);
    const logger = pino(destination);
    logger.info('hello');
    expect(destination.stats()).toMatchObject({ emitted: 1, looped: 1 });
  });

  test('records that come before there is a provider are counted', () => {
    const destination = new OpenTelemetryDestination();
    pino(destination).info('hello');
    expect(destination.stats()).toMatchObject({ emitted: 0, withoutProvider: 1 });
  });

  test('flush flushes the provider', async () => {
    let flushes = 0;
    const collected = collector({ forceFlush: async () => void (flushes += 1) });
    const logger = pino(new OpenTelemetryDestination(collected));
    await new Promise<void>((resolve, reject) => {
      logger.flush((error) => (error === undefined ? resolve() : reject(error)));
    });
    expect(flushes).toBe(1);
  });
});
