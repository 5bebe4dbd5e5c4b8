// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OpenTelemetryDestination, traceMixin } from '@logferry/bridge-pino';
import transport, { type TransportOptions } from '@logferry/bridge-pino/transport';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { pino } from 'pino';

import { logs } from './line.ts';

void test('records of a pino logger arrive at the global provider, redacted', () => {
  const exporter = new InMemoryLogRecordExporter();
  logs.setGlobalLoggerProvider(new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] }));
  const destination = new OpenTelemetryDestination();
  const logger = pino({ base: {}, name: 'shop', redact: ['card'], mixin: traceMixin }, destination);
  logger.child({ request: 7 }).error({ err: new RangeError('limit reached'), card: '4111' }, 'payment refused');
  const [record] = exporter.getFinishedLogRecords();
  assert.equal(record?.instrumentationScope.name, 'shop');
  assert.equal(record?.body, 'payment refused');
  assert.equal(record?.severityNumber, 17);
  assert.equal(record?.attributes['card'], '[Redacted]');
  assert.equal(record?.attributes['request'], 7);
  assert.equal(record?.attributes['exception.type'], 'RangeError');
  assert.equal(destination.stats().emitted, 1);
});

void test('the transport names the package that it needs', async () => {
  const options: TransportOptions = { exporter: 'otlp-grpc' };
  await assert.rejects(transport(options), {
    code: 'INVALID_OPTION',
    message: 'the transport needs the package @logferry/exporter-otlp-grpc, which can not be loaded',
  });
});
