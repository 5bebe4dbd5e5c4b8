// SPDX-License-Identifier: Apache-2.0

/** Each gap that users meet in the official winston transport: there in theirs, not in ours. */
import { captureDiagnostics, type CollectedLogRecord } from '@logferry-test/support';
import { type ApiLogsBridge, bridgeApiLogs } from '@logferry/bridge-api-logs';
import { OpenTelemetryTransport } from '@logferry/bridge-winston';
import * as older from '@logferry-test/sdk-0.2xx';
import { context, logs, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OpenTelemetryTransportV3 } from '@opentelemetry/winston-transport';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import winston from 'winston';
import TransportStream from 'winston-transport';

import { collect, type Collected, SDK_LINES, type SdkLine } from '../sdk-lines.ts';
import { SPAN } from '../suite-records.ts';

const [LINE_3X, LINE_02XX] = SDK_LINES as readonly [SdkLine, SdkLine];

let bridge: ApiLogsBridge | undefined;

beforeEach(() => void context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));

afterEach(() => {
  context.disable();
  logs.disable();
  bridge?.uninstall();
  bridge = undefined;
  older.logs.disable();
});

/** A provider of a line, registered where that line keeps it. */
function registered(line: SdkLine): Collected {
  const collected = collect(line, {});
  if (line.name === '3.x') logs.setGlobalLoggerProvider(collected.provider as never);
  else older.logs.setGlobalLoggerProvider(collected.provider as never);
  return collected;
}

type Log = (logger: winston.Logger) => void;

interface Both {
  readonly theirs: CollectedLogRecord | undefined;
  readonly ours: CollectedLogRecord | undefined;
}

/** The same call through the official transport and through ours, on the 0.2xx line, for which the official one is made. */
function throughBoth(log: Log, options: winston.LoggerOptions = {}): Both {
  const { records } = registered(LINE_02XX);
  for (const transport of [new OpenTelemetryTransportV3(), new OpenTelemetryTransport()]) {
    log(winston.createLogger({ level: 'silly', ...options, transports: [transport] }));
  }
  const [theirs, ours] = records;
  expect(records).toHaveLength(2);
  return { theirs, ours };
}

test('the timestamp of the record is ignored', () => {
  const { theirs, ours } = throughBoth((logger) => logger.info('x', { timestamp: '2026-01-02T03:04:05.006Z' }));
  expect(theirs?.hrTime).not.toEqual([1_767_323_045, 6_000_000]);
  expect(theirs?.attributes).toEqual({ timestamp: '2026-01-02T03:04:05.006Z' });
  expect(ours).toMatchObject({ hrTime: [1_767_323_045, 6_000_000], attributes: {} });
});

test('a level of the application has no severity', () => {
  const levels = { error: 0, audit: 1, info: 2 };
  const { theirs, ours } = throughBoth((logger) => logger.log('audit', 'x'), { levels, level: 'info' });
  expect([theirs?.severityText, theirs?.severityNumber]).toEqual(['audit', undefined]);
  expect([ours?.severityText, ours?.severityNumber]).toEqual(['audit', 13]);
});

test('the type of an exception is its code', () => {
  const error = Object.assign(new TypeError('no file'), { code: 'ENOENT' });
  const { theirs, ours } = throughBoth((logger) => logger.error('x', { error }));
  expect(theirs?.attributes['exception.type']).toBe('ENOENT');
  expect(ours?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.code': 'ENOENT' });
});

test('the cause of a cause is lost', () => {
  const error = new Error('top', { cause: new Error('middle', { cause: new Error('root') }) });
  const { theirs, ours } = throughBoth((logger) => logger.error('x', { error }));
  expect(JSON.stringify(theirs?.attributes)).not.toContain('root');
  expect(String(ours?.attributes['exception.stacktrace'])).toMatch(
    /Caused by: Error: middle\n[^]*Caused by: Error: root\n/,
  );
});

test('values that the SDK does not know are lost', () => {
  const fields = { big: 7n, map: new Map([['a', 1]]), at: new Date(0) };
  const format = winston.format((info) => info)();
  const { theirs, ours } = throughBoth((logger) => logger.info('x', fields), { format });
  expect(theirs?.attributes).toEqual({});
  expect(ours?.attributes).toEqual({ big: 7, map: { a: 1 }, at: '1970-01-01T00:00:00.000Z' });
});

test('a record that a slow transport delays has lost its trace', async () => {
  const { records } = registered(LINE_02XX);
  for (const transport of [new OpenTelemetryTransportV3(), new OpenTelemetryTransport()]) {
    const waiting: (() => void)[] = [];
    const slow = new TransportStream({ log: (_info, next: () => void) => void waiting.push(next) });
    const logger = winston.createLogger({ transports: [slow, transport] });
    const before = records.length;
    const active = trace.setSpanContext(ROOT_CONTEXT, SPAN);
    context.with(active, () => {
      for (let call = 0; call < 40; call += 1) logger.info('x');
    });
    for (let turn = 0; records.length < before + 40 && turn < 1000; turn += 1) {
      waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const untraced = records.map(({ spanId }) => spanId === undefined);
  expect(records).toHaveLength(80);
  expect(untraced.slice(0, 40)).toContain(true);
  expect(untraced.slice(40)).not.toContain(true);
});

describe('with a 3.x SDK', () => {
  test('every record of theirs is lost without a word, and none of ours', () => {
    const diagnostics = captureDiagnostics();
    const { records } = registered(LINE_3X);
    winston.createLogger({ transports: [new OpenTelemetryTransportV3()] }).info('theirs');
    winston.createLogger({ transports: [new OpenTelemetryTransport()] }).info('ours');
    diagnostics.stop();
    expect(records.map(({ body }) => body)).toEqual(['ours']);
    expect(diagnostics.messages).toEqual([]);
  });

  test('with bridge-api-logs theirs arrives as well', () => {
    bridge = bridgeApiLogs();
    const logger = winston.createLogger({ transports: [new OpenTelemetryTransportV3()] });
    const { records } = registered(LINE_3X);
    const error = Object.assign(new TypeError('no file'), { code: 'ENOENT' });
    logger.error('theirs', { error, order: 42 });
    expect(records).toMatchObject([
      { body: 'theirs', severityNumber: 17, attributes: { 'exception.type': 'TypeError', order: 42 } },
    ]);
    expect(bridge.stats()).toEqual({ forwarded: 1, withoutProvider: 0, looped: 0, failed: 0 });
  });
});

describe.each(SDK_LINES)('both on one logger, on the $name line', (line) => {
  test.each(['theirs first', 'ours first', 'theirs added later'])(
    '%s: one record per call, and that is said once',
    (order) => {
      const diagnostics = captureDiagnostics();
      if (line.name === '3.x') bridge = bridgeApiLogs();
      const { records } = registered(line);
      const theirs = new OpenTelemetryTransportV3();
      const ours = new OpenTelemetryTransport({ name: 'ours' });
      const added = order === 'theirs added later' ? [ours] : order === 'ours first' ? [ours, theirs] : [theirs, ours];
      const logger = winston.createLogger({ transports: added });
      if (order === 'theirs added later') logger.add(theirs);
      logger.info('one');
      logger.child({ a: 1 }).info('two');
      diagnostics.stop();
      expect(records.map(({ scope, body }) => [scope, body])).toEqual([
        ['ours', 'one'],
        ['ours', 'two'],
      ]);
      expect(diagnostics.messages.filter((message) => message.includes('winston'))).toEqual([
        'warn: @logferry/bridge-winston: @opentelemetry/winston-transport is on the same logger: it was made silent, so that records arrive once',
      ]);
    },
  );

  test('to a provider of its own ours leaves theirs alone', () => {
    if (line.name === '3.x') bridge = bridgeApiLogs();
    const { records } = registered(line);
    const own = collect(line, {});
    const ours = new OpenTelemetryTransport({ loggerProvider: own.provider });
    winston.createLogger({ transports: [new OpenTelemetryTransportV3(), ours] }).info('x');
    expect([records.length, own.records.length]).toEqual([1, 1]);
  });
});
