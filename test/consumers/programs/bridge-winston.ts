// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OpenTelemetryTransport } from '@logferry/bridge-winston';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import winston from 'winston';

import { logs } from './line.ts';

void test('a winston logger reaches the global provider of this line', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  logs.setGlobalLoggerProvider(provider);
  const transport = new OpenTelemetryTransport({ name: 'shop' });
  const logger = winston.createLogger({ defaultMeta: { region: 'eu' }, transports: [transport] });
  logger.info('order accepted', { order: { id: 42 } });
  logger
    .child({ request: 7 })
    .error('payment failed', new RangeError('declined', { cause: new Error('limit reached') }));
  await provider.forceFlush();
  const [accepted, failed] = exporter.getFinishedLogRecords();
  assert.equal(accepted?.instrumentationScope.name, 'shop');
  assert.deepEqual(
    [accepted.body, { ...accepted.attributes }],
    ['order accepted', { order: { id: 42 }, region: 'eu' }],
  );
  assert.deepEqual([failed?.body, failed?.severityNumber, failed?.attributes['request']], ['payment failed', 17, 7]);
  assert.equal(failed?.attributes['exception.type'], 'RangeError');
  assert.match(
    String(failed.attributes['exception.stacktrace']),
    /^RangeError: declined\n[^]*\nCaused by: Error: limit reached\n/,
  );
  assert.deepEqual(transport.stats(), { emitted: 2, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
  await provider.shutdown();
});

void test('a provider of this line can be given', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const loggerProvider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  winston.createLogger({ transports: [new OpenTelemetryTransport({ loggerProvider })] }).info('order accepted');
  await loggerProvider.forceFlush();
  assert.equal(exporter.getFinishedLogRecords()[0]?.body, 'order accepted');
  await loggerProvider.shutdown();
});
