// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream';

import { captureDiagnostics, type CollectedLogRecords, collectLogRecords } from '@logferry-test/support';
import { context, logs, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import bunyan from 'bunyan';
import { expect, test } from 'vitest';

import { addOpenTelemetryStream, type AddStreamOptions } from './add-stream.ts';
import { OpenTelemetryStream } from './open-telemetry-stream.ts';

const PROCESS = { 'process.pid': process.pid, 'host.name': 'a.test' };

interface Bridged extends Pick<CollectedLogRecords, 'records'> {
  readonly logger: bunyan;
  readonly stream: OpenTelemetryStream;
}

function bridged(options: Partial<bunyan.LoggerOptions> = {}, given: AddStreamOptions = {}): Bridged {
  const { provider, records } = collectLogRecords({ resource: PROCESS });
  const logger = bunyan.createLogger({ name: 'shop', hostname: 'a.test', streams: [], ...options });
  const stream = addOpenTelemetryStream(logger, { loggerProvider: provider, level: 'trace', ...given });
  return { logger, stream, records };
}

function printed(): { readonly lines: () => unknown[]; readonly stream: Writable } {
  let text = '';
  const stream = new Writable({
    write(chunk: Buffer, _encoding, callback) {
      text += chunk.toString();
      callback();
    },
  });
  return {
    lines: () =>
      text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
    stream,
  };
}

function failure(message: string, fields: object = {}, options: ErrorOptions = {}): Error {
  return Object.assign(new TypeError(message, options), { stack: `TypeError: ${message}\n    at a.js:1:1` }, fields);
}

const FAILURE_ATTRIBUTES = {
  'exception.type': 'TypeError',
  'exception.message': 'no route',
  'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1\nCaused by: TypeError: no line\n    at a.js:1:1',
  'exception.code': 7,
  'exception.limit': 10,
};

test('a call becomes a whole record, without what the resource says', () => {
  const { logger, stream, records } = bridged();
  logger.info({ order: { id: 42 }, tags: new Set(['new']) }, 'order %s', 'accepted');
  expect(records).toMatchObject([{ scope: 'shop', severityNumber: 9, severityText: 'info', body: 'order accepted' }]);
  expect(records[0]?.attributes).toEqual({ order: { id: 42 }, tags: ['new'] });
  expect(stream.stats()).toEqual({ emitted: 1, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
});

test('every level has its number and name, and one of the application a number between', () => {
  const { logger, records } = bridged();
  for (const level of ['trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const) logger[level]('x');
  logger.info({ level: 35 }, 'x');
  expect(records.map(({ severityText, severityNumber }) => [severityText, severityNumber])).toEqual([
    ['trace', 1],
    ['debug', 5],
    ['info', 9],
    ['warn', 13],
    ['error', 17],
    ['fatal', 21],
    [undefined, 11],
  ]);
});

test.each<[string, (logger: bunyan, error: Error) => void]>([
  ['as the first argument', (logger, error) => logger.error(error, 'payment failed')],
  ['under err', (logger, err) => logger.error({ err }, 'payment failed')],
  ['under error', (logger, error) => logger.error({ error }, 'payment failed')],
])('an error %s becomes an exception with its causes and fields, whatever serializes it', (_place, log) => {
  const serializers = {
    std: bunyan.stdSerializers,
    own: { err: (error: Error) => ({ text: error.message }) },
    none: {},
  };
  for (const [name, given] of Object.entries(serializers)) {
    const { logger, records } = bridged({ serializers: given });
    log(logger, failure('no route', { code: 7, limit: 10n }, { cause: failure('no line') }));
    expect([name, records[0]?.body, records[0]?.attributes]).toEqual([name, 'payment failed', FAILURE_ATTRIBUTES]);
  }
});

test('an error without a message of the call has its own as the body', () => {
  const { logger, records } = bridged();
  logger.error(failure('no route'));
  expect(records[0]?.body).toBe('no route');
});

test('a second error is kept as a value', () => {
  const { logger, records } = bridged();
  logger.error({ err: failure('no route'), error: failure('no line') }, 'x');
  expect(records[0]?.attributes).toMatchObject({
    'exception.message': 'no route',
    error: { name: 'TypeError', message: 'no line', stack: 'TypeError: no line\n    at a.js:1:1' },
  });
});

test('what other streams print stays the same', () => {
  const before = printed();
  const beside = printed();
  const serializers = bunyan.stdSerializers;
  const alone = bunyan.createLogger({ name: 'shop', hostname: 'a.test', serializers, stream: before.stream });
  const { logger } = bridged({ serializers, streams: [{ stream: beside.stream }] });
  for (const each of [alone, logger]) {
    const time = new Date(0);
    each.info({ time, order: 42 }, 'order accepted');
    each.error({ time, err: failure('no route', { code: 7 }, { cause: failure('no line') }) }, 'payment failed');
  }
  expect(beside.lines()).toEqual(before.lines());
  expect(beside.lines()).toHaveLength(2);
});

test('children made later have the stream, the fields and the causes', () => {
  const { logger, records } = bridged();
  logger
    .child({ part: 'billing' })
    .child({ request: 1 }, true)
    .error(failure('no route', {}, { cause: 'no line' }));
  expect(records[0]?.attributes).toMatchObject({
    part: 'billing',
    request: 1,
    'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1\nCaused by: no line',
  });
});

test.each<[string, unknown, readonly [number, number] | undefined, object]>([
  ['a Date', new Date(1_767_323_045_006), [1_767_323_045, 6_000_000], {}],
  ['ISO text', '2026-01-02T03:04:05.006Z', [1_767_323_045, 6_000_000], {}],
  ['nothing readable', 'yesterday', undefined, { time: 'yesterday' }],
])('a time of the call that is %s', (_form, time, expected, attributes) => {
  const { logger, records } = bridged();
  logger.info({ time }, 'x');
  expect(records[0]?.attributes).toEqual(attributes);
  if (expected !== undefined) expect(records[0]?.hrTime).toEqual(expected);
  else expect(records[0]?.hrTime).toEqual(records[0]?.hrTimeObserved);
});

test('the active span is the trace', () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const { logger, records } = bridged();
  const span = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', traceFlags: 1 };
  context.with(trace.setSpanContext(ROOT_CONTEXT, span), () => logger.info('x'));
  context.disable();
  expect(records).toMatchObject([span]);
});

test('pid and hostname that the resource does not have are attributes', () => {
  const { provider, records } = collectLogRecords();
  const logger = bunyan.createLogger({ name: 'shop', hostname: 'b.test', streams: [] });
  addOpenTelemetryStream(logger, { loggerProvider: provider });
  logger.info('x');
  expect(records[0]?.attributes).toEqual({ 'process.pid': process.pid, 'host.name': 'b.test' });
});

test('the stream takes the level of the logger unless it has its own', () => {
  const quiet = printed();
  const { provider, records } = collectLogRecords({ resource: PROCESS });
  const logger = bunyan.createLogger({ name: 'shop', hostname: 'a.test', level: 'warn', stream: quiet.stream });
  addOpenTelemetryStream(logger, { loggerProvider: provider });
  addOpenTelemetryStream(logger, { loggerProvider: provider, level: 'error' });
  logger.info('info');
  logger.warn('warn');
  logger.error('error');
  expect(records.map(({ body }) => body)).toEqual(['warn', 'error', 'error']);
});

test('a raw stream that bunyan is given itself works, with what bunyan serialized of an error', () => {
  const { provider, records } = collectLogRecords({ resource: PROCESS });
  const stream = new OpenTelemetryStream({ loggerProvider: provider });
  const logger = bunyan.createLogger({ name: 'shop', hostname: 'a.test', streams: [{ type: 'raw', stream }] });
  logger.error(failure('no route'), 'payment failed');
  expect(records).toMatchObject([
    {
      body: 'payment failed',
      attributes: {
        'exception.type': 'TypeError',
        'exception.message': 'no route',
        'exception.stacktrace': 'TypeError: no route\n    at a.js:1:1',
      },
    },
  ]);
});

class OpenTelemetryBunyanStream {
  readonly written: unknown[] = [];
  write(record: unknown): void {
    this.written.push(record);
  }
}

test('the stream that the official instrumentation added is removed, and that is said once', () => {
  const { provider, records } = collectLogRecords();
  const diagnostics = captureDiagnostics();
  logs.setGlobalLoggerProvider(provider);
  const official = new OpenTelemetryBunyanStream();
  const definition = { type: 'raw', stream: official } as const;
  const logger = bunyan.createLogger({ name: 'shop', streams: [definition, definition] });
  addOpenTelemetryStream(logger);
  logger.level('debug');
  logger.info('x');
  logs.disable();
  diagnostics.stop();
  expect([records.length, official.written.length]).toEqual([1, 0]);
  expect(diagnostics.messages).toEqual([
    'warn: @logferry/bridge-bunyan: @opentelemetry/instrumentation-bunyan had added its stream to the same logger: it was removed, so that records arrive once',
  ]);
});

test('beside a stream to a provider of its own the official one stays', () => {
  const { provider, records } = collectLogRecords();
  const official = new OpenTelemetryBunyanStream();
  const logger = bunyan.createLogger({ name: 'shop', streams: [{ type: 'raw', stream: official }] });
  addOpenTelemetryStream(logger, { loggerProvider: provider });
  logger.info('x');
  expect([records.length, official.written.length]).toEqual([1, 1]);
});
