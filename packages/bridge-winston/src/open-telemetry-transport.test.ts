// SPDX-License-Identifier: Apache-2.0
import { PassThrough } from 'node:stream';

import { captureDiagnostics, type CollectedLogRecords, collectLogRecords } from '@logferry-test/support';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import winston from 'winston';
import TransportStream from 'winston-transport';

import { OpenTelemetryTransport, type OpenTelemetryTransportOptions } from './open-telemetry-transport.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
afterEach(() => context.disable());

interface Bridged extends Pick<CollectedLogRecords, 'records'> {
  readonly logger: winston.Logger;
  readonly transport: OpenTelemetryTransport;
}

function bridged(options: winston.LoggerOptions = {}, given: OpenTelemetryTransportOptions = {}): Bridged {
  const { provider, records } = collectLogRecords();
  const transport = new OpenTelemetryTransport({ loggerProvider: provider, ...given });
  const logger = winston.createLogger({ level: 'silly', ...options, transports: [transport] });
  return { logger, transport, records };
}

function failure(message: string, fields: object = {}, options: ErrorOptions = {}): Error {
  return Object.assign(new TypeError(message, options), { stack: `TypeError: ${message}\n    at a.js:1:1` }, fields);
}

const FAILURE_ATTRIBUTES = {
  'exception.type': 'TypeError',
  'exception.message': 'no route',
  'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1',
};

test('a call becomes a whole record', () => {
  const { logger, transport, records } = bridged();
  const before = Date.now();
  logger.info('order accepted', { order: { id: 42 }, tags: ['new'] });
  expect(records).toMatchObject([
    {
      scope: 'winston',
      severityNumber: 9,
      severityText: 'info',
      body: 'order accepted',
      attributes: { order: { id: 42 }, tags: ['new'] },
    },
  ]);
  const millis = (records[0]?.hrTime[0] ?? 0) * 1000 + (records[0]?.hrTime[1] ?? 0) / 1e6;
  expect(millis).toBeGreaterThanOrEqual(before);
  expect(millis).toBeLessThanOrEqual(Date.now());
  expect(transport.stats()).toEqual({ emitted: 1, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
});

test.each([
  ['npm', winston.config.npm.levels, { error: 17, warn: 13, info: 9, http: 7, verbose: 6, debug: 5, silly: 1 }],
  [
    'syslog',
    winston.config.syslog.levels,
    { emerg: 21, alert: 19, crit: 18, error: 17, warning: 13, notice: 10, info: 9, debug: 5 },
  ],
  [
    'cli',
    winston.config.cli.levels,
    { error: 17, warn: 13, help: 11, data: 10, info: 9, debug: 5, prompt: 4, verbose: 3, input: 2, silly: 1 },
  ],
  ['custom', { outage: 0, error: 1, audit: 2, info: 3 }, { outage: 17, error: 17, audit: 13, info: 9 }],
])('%s levels', (_name, levels, expected) => {
  const least = Object.keys(levels).at(-1) ?? '';
  const { logger, records } = bridged({ levels, level: least });
  for (const level of Object.keys(levels)) logger.log(level, 'x');
  expect(Object.fromEntries(records.map((record) => [record.severityText, record.severityNumber]))).toEqual(expected);
});

test('severities of the application take precedence, and a bad one is refused', () => {
  const { logger, records } = bridged(
    { levels: { red: 0, amber: 1, green: 2 }, level: 'green' },
    { severities: { red: 21, green: 9 } },
  );
  logger.log('red', 'x');
  logger.log('amber', 'x');
  expect(records.map(({ severityNumber }) => severityNumber)).toEqual([21, 15]);
  expect(() => new OpenTelemetryTransport({ severities: { red: 25 } })).toThrow(
    expect.objectContaining({
      code: 'INVALID_OPTION',
      message: 'severities.red must be a whole number from 1 to 24; it is 25',
    }),
  );
});

test('a level has the rank that the logger of the call gives it, where several share one transport', () => {
  const { logger, transport, records } = bridged({ levels: { alarm: 0, info: 1 }, level: 'info' });
  const other = winston.createLogger({
    levels: { error: 0, alarm: 1, info: 2 },
    level: 'info',
    transports: [transport],
  });
  logger.log('alarm', 'x');
  other.log('alarm', 'x');
  logger.log('alarm', 'x');
  expect(records.map(({ severityNumber }) => severityNumber)).toEqual([17, 13, 17]);
});

test('the level is the one that was logged, not the one that a format coloured', () => {
  const { logger, records } = bridged({ format: winston.format.colorize({ all: true }) });
  logger.warn('careful');
  expect(records).toMatchObject([{ severityText: 'warn', severityNumber: 13 }]);
});

test('the levels of the logger and of the transport hold records back', () => {
  const { logger, records } = bridged({ level: 'warn' });
  logger.info('held back');
  logger.warn('kept');
  const own = bridged({ level: 'silly' }, { level: 'error' });
  own.logger.warn('held back');
  own.logger.error('kept');
  expect([...records, ...own.records].map(({ body }) => body)).toEqual(['kept', 'kept']);
});

test('splat: arguments go into the message, further objects become attributes', () => {
  const { logger, records } = bridged({ format: winston.format.splat() });
  logger.info('%s paid %d of %j', 'ann', 5, { sum: 9 }, { order: 42 });
  expect(records).toMatchObject([{ body: 'ann paid 5 of {"sum":9}', attributes: { order: 42 } }]);
});

test('metadata that a format collected stays nested', () => {
  const { logger, records } = bridged({ format: winston.format.metadata() });
  logger.info('order accepted', { order: 42 });
  expect(records[0]?.attributes).toEqual({ metadata: { order: 42 } });
});

test.each<[string, (logger: winston.Logger, error: Error) => void, string]>([
  ['as the only argument', (logger, error) => void logger.error(error), 'no route'],
  ['after a message', (logger, error) => void logger.error('payment failed', error), 'payment failed'],
  ['in the field error', (logger, error) => void logger.error('payment failed', { error }), 'payment failed'],
  ['in the field err', (logger, err) => void logger.error('payment failed', { err }), 'payment failed'],
  ['as the message', (logger, error) => void logger.log({ level: 'error', message: error as never }), 'no route'],
])('an error %s becomes an exception, with every format', (_place, log, body) => {
  const formats = {
    default: undefined,
    errors: winston.format.errors({ stack: true, cause: true }),
    'errors and json': winston.format.combine(winston.format.errors({ stack: true }), winston.format.json()),
    splat: winston.format.splat(),
    timestamp: winston.format.combine(winston.format.timestamp(), winston.format.simple()),
  };
  for (const [name, format] of Object.entries(formats)) {
    const { logger, records } = bridged(format === undefined ? {} : { format });
    log(logger, failure('no route', { code: 'E_ROUTE' }, { cause: failure('no line') }));
    const [record] = records;
    expect([name, record?.body, record?.attributes]).toEqual([
      name,
      body,
      {
        ...FAILURE_ATTRIBUTES,
        'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1\nCaused by: TypeError: no line\n    at a.js:1:1',
        'exception.code': 'E_ROUTE',
      },
    ]);
  }
});

test('an error among the arguments of a format string is an exception, and printed where it was asked for', () => {
  const { logger, records } = bridged({ format: winston.format.splat() });
  logger.error('%s failed', 'payment', failure('no route'));
  expect(records).toMatchObject([{ body: 'payment failed', attributes: FAILURE_ATTRIBUTES }]);
});

test('errors after the first are kept', () => {
  const { logger, records } = bridged();
  logger.error('failed', failure('no route'), failure('no line', { code: 7 }));
  expect(records[0]?.attributes).toEqual({
    ...FAILURE_ATTRIBUTES,
    errors: [{ name: 'TypeError', message: 'no line', stack: 'TypeError: no line\n    at a.js:1:1', code: 7 }],
  });
});

test('the same error logged again, with other metadata, is a record of its own', () => {
  const { logger, records } = bridged({ defaultMeta: { region: 'eu' } });
  const error = failure('no route', { code: 7 });
  logger.error(error);
  logger.warn(error);
  const attributes = { ...FAILURE_ATTRIBUTES, 'exception.code': 7, region: 'eu' };
  expect(records).toMatchObject([
    { severityText: 'error', attributes },
    { severityText: 'warn', attributes },
  ]);
  expect(Object.keys(records[1]?.attributes ?? {}).toSorted()).toEqual(Object.keys(attributes).toSorted());
});

test('child loggers add their fields, also to errors, whose causes stay', () => {
  const { logger, records } = bridged({ defaultMeta: { region: 'eu' } });
  const child = logger.child({ request: 1 }).child({ part: 'a' });
  child.info('order accepted', { order: 42 });
  child.error(failure('no route', { code: 7 }, { cause: failure('no line') }));
  child.error('payment failed', failure('no route'));
  expect(records.map(({ body, attributes }) => [body, attributes])).toEqual([
    ['order accepted', { region: 'eu', request: 1, part: 'a', order: 42 }],
    [
      'no route',
      {
        ...FAILURE_ATTRIBUTES,
        'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1\nCaused by: TypeError: no line\n    at a.js:1:1',
        'exception.code': 7,
        region: 'eu',
        request: 1,
        part: 'a',
      },
    ],
    ['payment failed', { ...FAILURE_ATTRIBUTES, region: 'eu', request: 1, part: 'a' }],
  ]);
});

test.each([
  ['by default', winston.format.timestamp(), () => undefined],
  ['in a format of its own', winston.format.timestamp({ format: 'YYYY-MM-DD HH:mm:ss.SSS' }), () => undefined],
])('the timestamp that format.timestamp wrote %s is the record’s', (_how, format) => {
  const { logger, records } = bridged({ format });
  const before = Date.now();
  logger.info('x');
  const [record] = records;
  const millis = (record?.hrTime[0] ?? 0) * 1000 + (record?.hrTime[1] ?? 0) / 1e6;
  expect(millis).toBeGreaterThanOrEqual(before);
  expect(millis).toBeLessThanOrEqual(Date.now());
  expect(record?.attributes).toEqual({});
});

test('a timestamp of the application is the record’s, and one that can not be read is kept', () => {
  const { logger, records } = bridged();
  logger.info('x', { timestamp: '2026-01-02T03:04:05.006Z' });
  logger.info('x', { timestamp: 'yesterday' });
  expect(records).toMatchObject([
    { hrTime: [1_767_323_045, 6_000_000], attributes: {} },
    { attributes: { timestamp: 'yesterday' } },
  ]);
});

test('the label of format.label is the scope, otherwise the name that was given', () => {
  const labelled = bridged({ format: winston.format.label({ label: 'billing' }) }, { name: 'shop' });
  labelled.logger.info('x');
  const named = bridged({}, { name: 'shop' });
  named.logger.info('x', { label: 7 });
  expect([...labelled.records, ...named.records]).toMatchObject([
    { scope: 'billing', attributes: {} },
    { scope: 'shop', attributes: { label: 7 } },
  ]);
});

test('the trace is that of the call, also when a slow transport beside it delays the record', async () => {
  const { provider, records } = collectLogRecords();
  const waiting: (() => void)[] = [];
  const slow = new TransportStream({ log: (_info, next: () => void) => void waiting.push(next) });
  const ours = new OpenTelemetryTransport({ loggerProvider: provider });
  const logger = winston.createLogger({ transports: [slow, ours] });
  const calls = 40;
  for (let call = 0; call < calls; call += 1) {
    const spanId = call.toString(16).padStart(16, '1');
    const active = trace.setSpanContext(ROOT_CONTEXT, { traceId: TRACE_ID, spanId, traceFlags: 1 });
    context.with(active, () => logger.info(`call ${call}`, { spanId }));
  }
  const arrivedAtOnce = records.length;
  for (let turn = 0; records.length < calls && turn < 1000; turn += 1) {
    waiting.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(arrivedAtOnce).toBeLessThan(calls);
  expect(records).toHaveLength(calls);
  expect(records.filter(({ spanId, attributes }) => spanId !== attributes['spanId'])).toEqual([]);
});

test('values that the SDK would drop are kept', () => {
  const { logger, records } = bridged({ format: winston.format((info) => info)() });
  logger.info('x', { big: 7n, map: new Map([['a', new Date(0)]]), set: new Set([1]), url: new URL('https://a.test/') });
  expect(records[0]?.attributes).toEqual({
    big: 7,
    map: { a: '1970-01-01T00:00:00.000Z' },
    set: [1],
    url: 'https://a.test/',
  });
});

test('the handlers of exceptions and rejections make one record each, with the error as exception', async () => {
  const { provider, records } = collectLogRecords();
  const transport = new OpenTelemetryTransport({ loggerProvider: provider });
  const logger = winston.createLogger({
    exitOnError: false,
    transports: [new winston.transports.Stream({ stream: new PassThrough() })],
    exceptionHandlers: [transport],
    rejectionHandlers: [transport],
  });
  // The test runner listens to both events as well, so the handlers are called instead of raising one.
  const handlers = logger as unknown as Record<
    'exceptions' | 'rejections',
    { _uncaughtException(e: Error): void; _unhandledRejection(e: Error): void }
  >;
  try {
    handlers.exceptions._uncaughtException(failure('no route', {}, { cause: 'no line' }));
    handlers.rejections._unhandledRejection(failure('no route'));
    await expect.poll(() => records.length).toBe(2);
  } finally {
    logger.exceptions.unhandle();
    logger.rejections.unhandle();
    logger.close();
  }
  expect(records.map(({ severityNumber, attributes }) => [severityNumber, attributes['exception.stacktrace']])).toEqual(
    [
      [17, 'TypeError: no route\n    at a.js:1:1\nCaused by: no line'],
      [17, 'TypeError: no route\n    at a.js:1:1'],
    ],
  );
});

test('a transport that is removed leaves the logger as it was, and can be added again', () => {
  const { logger, transport, records } = bridged();
  const other = new TransportStream({ log: (_info, next: () => void) => next() });
  logger.add(other);
  logger.remove(transport);
  expect(Object.hasOwn(logger, 'child')).toBe(false);
  logger.info('unheard');
  logger.add(transport);
  logger.error('heard', failure('no route'));
  expect(records).toMatchObject([{ body: 'heard', attributes: FAILURE_ATTRIBUTES }]);
});

test('a frozen record loses only what the call would have added', () => {
  const { provider, records } = collectLogRecords();
  const transport = new OpenTelemetryTransport({ loggerProvider: provider });
  const logger = winston.createLogger({ format: winston.format((info) => info)(), transports: [transport] });
  logger.write(Object.freeze({ level: 'info', message: 'x', [Symbol.for('level')]: 'info', order: 1 }));
  expect(records).toMatchObject([{ body: 'x', severityNumber: 9, attributes: { order: 1 } }]);
});

test('a provider that throws harms neither the logger nor the transports beside', () => {
  const diagnostics = captureDiagnostics();
  const seen: unknown[] = [];
  const other = new TransportStream({
    log: (info: { message: unknown }, next: () => void) => {
      seen.push(info.message);
      next();
    },
  });
  const loggerProvider = {
    getLogger(): never {
      throw new Error('secret');
    },
  };
  const transport = new OpenTelemetryTransport({ loggerProvider });
  const logger = winston.createLogger({ transports: [transport, other] });
  logger.info('one');
  logger.info('two');
  diagnostics.stop();
  expect(seen).toEqual(['one', 'two']);
  expect(transport.stats().failed).toBe(2);
  expect(diagnostics.messages).toEqual([
    'error: @logferry/bridge-winston: a record could not be handed to the logger provider: it threw',
  ]);
});

test('an argument whose members throw does not throw into the log call', () => {
  const { logger, records } = bridged({ format: winston.format((info) => info)() });
  const refuse = (): never => {
    throw new Error('no');
  };
  const hostile = Object.defineProperty(failure('x', { code: 7 }), 'message', { get: refuse });
  logger.write({ level: 'error', message: 'one', [Symbol.for('splat')]: [new Proxy({}, { getPrototypeOf: refuse })] });
  logger.write({ level: 'error', message: 'two', [Symbol.for('splat')]: [hostile] });
  expect(records.map(({ body, attributes }) => [body, attributes['exception.message']])).toEqual([
    ['one', undefined],
    ['two', '[Throws]'],
  ]);
});
