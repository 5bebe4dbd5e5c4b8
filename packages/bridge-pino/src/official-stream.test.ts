// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

import { collectLogRecords } from '@logferry-test/support';
import { diag, type DiagLogger, logs } from '@opentelemetry/api';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import type { pino as Pino } from 'pino';
import { afterAll, afterEach, expect, test } from 'vitest';

import { OpenTelemetryDestination } from './open-telemetry-destination.ts';

// An application gets it with its first require of pino.
const instrumentation = new PinoInstrumentation();
const { pino } = createRequire(import.meta.url)('pino') as { readonly pino: typeof Pino };

function capturedWarnings(): string[] {
  const warnings: string[] = [];
  const ignore = (): void => {};
  const logger: DiagLogger = {
    warn: (message) => void warnings.push(message),
    error: ignore,
    info: ignore,
    debug: ignore,
    verbose: ignore,
  };
  diag.setLogger(logger);
  return warnings;
}

afterEach(() => {
  diag.disable();
  logs.disable();
});
afterAll(() => instrumentation.disable());

test('its stream is removed, so that each record of a logger arrives once', () => {
  const warnings = capturedWarnings();
  const { provider, records } = collectLogRecords();
  logs.setGlobalLoggerProvider(provider);
  const destination = new OpenTelemetryDestination();
  const logger = pino({ base: null }, destination);
  logger.info('a');
  logger.child({ request: 1 }).info('b');
  logger.info('c');
  pino({ base: null }, pino.multistream([{ stream: { write: () => {} } }, destination])).info('d');
  expect(warnings).toEqual([
    '@logferry/bridge-pino: @opentelemetry/instrumentation-pino had added its stream to the same logger: it was removed, so that records arrive once',
  ]);
  // It gets the first record of a logger before ours can know.
  expect(records.map(({ body, scope }) => [body, scope])).toEqual([
    ['a', '@opentelemetry/instrumentation-pino'],
    ['b', 'pino'],
    ['c', 'pino'],
    ['d', '@opentelemetry/instrumentation-pino'],
  ]);
});

test('it stays where ours sends to another provider', () => {
  const warnings = capturedWarnings();
  const global = collectLogRecords();
  const own = collectLogRecords();
  logs.setGlobalLoggerProvider(global.provider);
  const logger = pino({ base: null }, new OpenTelemetryDestination({ loggerProvider: own.provider }));
  logger.info('a');
  logger.info('b');
  expect(warnings).toEqual([]);
  expect(global.records.map(({ body }) => body)).toEqual(['a', 'b']);
  expect(own.records.map(({ body }) => body)).toEqual(['a', 'b']);
});

test('nothing is said where it only adds trace fields', () => {
  const warnings = capturedWarnings();
  const { provider, records } = collectLogRecords();
  logs.setGlobalLoggerProvider(provider);
  instrumentation.setConfig({ disableLogSending: true });
  pino(new OpenTelemetryDestination()).info('a');
  expect(warnings).toEqual([]);
  expect(records.map(({ body }) => body)).toEqual(['a']);
});
