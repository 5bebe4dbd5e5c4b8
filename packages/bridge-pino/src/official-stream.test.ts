// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';

import { diag, type DiagLogger } from '@opentelemetry/api';
import { PinoInstrumentation } from '@opentelemetry/instrumentation-pino';
import type { pino as Pino } from 'pino';
import { afterAll, afterEach, expect, test } from 'vitest';

import { OpenTelemetryDestination } from './open-telemetry-destination.ts';
import { collector } from './test-support/collected-records.ts';

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

afterEach(() => diag.disable());
afterAll(() => instrumentation.disable());

test('it is said once that the official instrumentation sends the same records', () => {
  const warnings = capturedWarnings();
  const collected = collector();
  const destination = new OpenTelemetryDestination(collected);
  const logger = pino({ base: null }, destination);
  logger.info('a');
  logger.child({ request: 1 }).info('b');
  pino({ base: null }, destination).info('c');
  expect(warnings).toEqual([
    '@logferry/bridge-pino: @opentelemetry/instrumentation-pino sends records as well: they arrive twice until its option disableLogSending is true, or this destination is removed',
  ]);
  expect(collected.records.map(({ body }) => body)).toEqual(['a', 'b', 'c']);
});

test('nothing is said where it only adds trace fields', () => {
  const warnings = capturedWarnings();
  const collected = collector();
  instrumentation.setConfig({ disableLogSending: true });
  pino(new OpenTelemetryDestination(collected)).info('a');
  expect(warnings).toEqual([]);
  expect(collected.only().body).toBe('a');
});
