// SPDX-License-Identifier: Apache-2.0

/** Each gap that users meet in the official instrumentation of pino: there in theirs, not in ours. */
import { createRequire } from 'node:module';

import type { CollectedLogRecord } from '@logferry-test/support';
import { OpenTelemetryDestination } from '@logferry/bridge-pino';
import { logs } from '@opentelemetry/api';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import { type LoggerOptions, pino, type Logger } from 'pino';
import { afterAll, afterEach, expect, test, vi } from 'vitest';

import { collect, SDK_LINES, type SdkLine } from '../sdk-lines.ts';

const [LINE_3X] = SDK_LINES as readonly [SdkLine, SdkLine];

// What requires pino from now on gets it instrumented.
const instrumentation = new PinoInstrumentation();
const { pino: instrumented } = createRequire(import.meta.url)('pino') as { readonly pino: typeof pino };

afterEach(() => {
  logs.disable();
  vi.restoreAllMocks();
});
afterAll(() => instrumentation.disable());

interface Both {
  readonly theirs: CollectedLogRecord | undefined;
  readonly ours: CollectedLogRecord | undefined;
}

/** The same call through the official instrumentation and through our destination. */
function throughBoth(log: (logger: Logger) => void, options: LoggerOptions = {}): Both {
  const official = collect(LINE_3X, {});
  logs.setGlobalLoggerProvider(official.provider as never);
  log(instrumented({ base: null, ...options }, { write: () => {} }));
  const own = collect(LINE_3X, {});
  log(pino({ base: null, ...options }, new OpenTelemetryDestination({ loggerProvider: own.provider })));
  expect([official.records.length, own.records.length]).toEqual([1, 1]);
  return { theirs: official.records[0], ours: own.records[0] };
}

test('each line is parsed in the thread that logs, just after it was written', () => {
  const parse = vi.spyOn(JSON, 'parse');
  const parsed: unknown[] = [];
  throughBoth((logger) => {
    // What is read once for each logger does not count.
    parse.mockClear();
    logger.info({ order: 42 }, 'x');
    parsed.push(parse.mock.calls.filter(([text]) => text.includes('"order":42')).length);
  });
  expect(parsed).toEqual([1, 0]);
});

test('values that JSON does not know are lost', () => {
  const fields = { map: new Map([['a', 1]]), set: new Set([1]), failure: new RangeError('gone') };
  const { theirs, ours } = throughBoth((logger) => logger.info(fields, 'x'));
  expect(theirs?.attributes).toEqual({ map: {}, set: {}, failure: {} });
  expect(ours?.attributes).toMatchObject({ map: { a: 1 }, set: [1], failure: { message: 'gone' } });
});

test('the type of an exception is its code', () => {
  const error = Object.assign(new TypeError('no file'), { code: 'ENOENT' });
  const { theirs, ours } = throughBoth((logger) => logger.error(error, 'x'));
  expect(theirs?.attributes['exception.type']).toBe('ENOENT');
  expect(ours?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.code': 'ENOENT' });
});

test('an error under the nested key is no exception', () => {
  const { theirs, ours } = throughBoth((logger) => logger.error({ err: new TypeError('no file') }, 'x'), {
    nestedKey: 'data',
  });
  expect(theirs?.attributes).not.toHaveProperty('exception.type');
  expect(ours?.attributes).toMatchObject({ 'exception.type': 'TypeError', 'exception.message': 'no file' });
});

test('the time of a function of the application is not read', () => {
  const timestamp = (): string => ',"time":"2026-01-02T03:04:05.006Z"';
  const { theirs, ours } = throughBoth((logger) => logger.info('x'), { timestamp });
  expect(theirs?.hrTime[0]).not.toBe(1_767_323_045);
  expect(theirs?.attributes).toEqual({ time: '2026-01-02T03:04:05.006Z' });
  expect(ours).toMatchObject({ hrTime: [1_767_323_045, 6_000_000], attributes: {} });
});

test('every logger has the same scope', () => {
  const { theirs, ours } = throughBoth((logger) => logger.info('x'), { base: {}, name: 'shop' });
  expect([theirs?.scope, ours?.scope]).toEqual(['@opentelemetry/instrumentation-pino', 'shop']);
});
