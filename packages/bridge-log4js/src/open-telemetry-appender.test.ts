// SPDX-License-Identifier: Apache-2.0
import { type CollectedLogRecords, collectLogRecords } from '@logferry-test/support';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import log4js from 'log4js';
import { afterEach, expect, test } from 'vitest';

import { type OpenTelemetryAppender, openTelemetryAppender } from './open-telemetry-appender.ts';

afterEach(
  () =>
    new Promise((resolve) => {
      log4js.shutdown(resolve);
    }),
);

interface Bridged extends Pick<CollectedLogRecords, 'records'> {
  readonly appender: OpenTelemetryAppender;
}

function bridged(more: Pick<log4js.Configuration, 'levels'> = {}, enableCallStack = false): Bridged {
  const { provider, records } = collectLogRecords({ resource: { 'process.pid': process.pid } });
  const appender = openTelemetryAppender({ loggerProvider: provider });
  const categories = { default: { appenders: ['otel'], level: 'all', enableCallStack } };
  log4js.configure({ appenders: { otel: appender }, categories, ...more });
  return { appender, records };
}

function failure(message: string, fields: object = {}, options: ErrorOptions = {}): Error {
  return Object.assign(new TypeError(message, options), { stack: `TypeError: ${message}\n    at a.js:1:1` }, fields);
}

test('a call becomes a whole record', () => {
  const { records, appender } = bridged();
  const before = Date.now();
  log4js.getLogger('shop').info('order %s accepted', 42, { customer: { id: 7n } });
  expect(records).toMatchObject([
    {
      scope: 'shop',
      severityNumber: 9,
      severityText: 'INFO',
      body: 'order 42 accepted',
      attributes: { customer: { id: 7 }, 'log4js.arguments': [42] },
    },
  ]);
  expect(Object.keys(records[0]?.attributes ?? {})).toEqual(['customer', 'log4js.arguments']);
  const millis = (records[0]?.hrTime[0] ?? 0) * 1000 + (records[0]?.hrTime[1] ?? 0) / 1e6;
  expect(millis).toBeGreaterThanOrEqual(before);
  expect(millis).toBeLessThanOrEqual(Date.now());
  expect(appender.stats()).toEqual({ emitted: 1, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
});

test('every level has its number, and those of the application lie between', () => {
  const levels = {
    NOISE: { value: 1000, colour: 'grey' },
    AUDIT: { value: 25_000, colour: 'cyan' },
    PANIC: { value: 60_000, colour: 'red' },
  } as const;
  const { records } = bridged({ levels });
  const logger = log4js.getLogger('shop');
  for (const level of ['noise', 'trace', 'debug', 'info', 'audit', 'warn', 'error', 'fatal', 'panic', 'mark']) {
    logger.log(level, 'x');
  }
  expect(records.map(({ severityText, severityNumber }) => [severityText, severityNumber])).toEqual([
    ['NOISE', 1],
    ['TRACE', 1],
    ['DEBUG', 5],
    ['INFO', 9],
    ['AUDIT', 11],
    ['WARN', 13],
    ['ERROR', 17],
    ['FATAL', 21],
    ['PANIC', 21],
    ['MARK', 9],
  ]);
});

test('an error becomes an exception with its causes and fields', () => {
  const { records } = bridged();
  const error = failure('no route', { code: 7 }, { cause: failure('no line') });
  log4js.getLogger('shop').error('payment failed', error, { order: 42 });
  expect([records[0]?.body, records[0]?.attributes]).toEqual([
    'payment failed',
    {
      'exception.type': 'TypeError',
      'exception.message': 'no route',
      'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1\nCaused by: TypeError: no line\n    at a.js:1:1',
      'exception.code': 7,
      order: 42,
    },
  ]);
});

test('the context of the logger, and the place of the call where log4js looks for it, are attributes', () => {
  const { records } = bridged({}, true);
  const logger = log4js.getLogger('shop');
  logger.addContext('tenant', 'a');
  function caller(): void {
    logger.info('x');
  }
  caller();
  expect(records[0]?.attributes).toEqual({
    tenant: 'a',
    'code.file.path': expect.stringMatching(/open-telemetry-appender\.test\.ts/) as string,
    'code.line.number': expect.any(Number) as number,
    'code.column.number': expect.any(Number) as number,
    'code.function.name': 'caller',
  });
});

test('the active span is the trace', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { records } = bridged();
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => log4js.getLogger('shop').info('x'));
  context.disable();
  expect(records).toMatchObject([span]);
});

test('the level of the category holds records back', () => {
  const { provider, records } = collectLogRecords();
  const appenders = { otel: openTelemetryAppender({ loggerProvider: provider }) };
  log4js.configure({ appenders, categories: { default: { appenders: ['otel'], level: 'warn' } } });
  log4js.getLogger('shop').info('held back');
  log4js.getLogger('shop').warn('kept');
  expect(records.map(({ body }) => body)).toEqual(['kept']);
});
