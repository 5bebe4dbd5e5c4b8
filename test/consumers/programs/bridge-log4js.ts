// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openTelemetryAppender } from '@logferry/bridge-log4js';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import log4js from 'log4js';

import { logs } from './line.ts';

void test('a log4js logger reaches the global provider of this line', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  logs.setGlobalLoggerProvider(provider);
  const otel = openTelemetryAppender();
  log4js.configure({ appenders: { otel }, categories: { default: { appenders: ['otel'], level: 'info' } } });
  log4js.getLogger('shop').info('order %s', 'accepted', { order: { id: 42 } });
  const error = new RangeError('declined', { cause: new Error('limit reached') });
  log4js.getLogger('shop').error('payment failed', error);
  await provider.forceFlush();
  const [accepted, failed] = exporter.getFinishedLogRecords();
  assert.equal(accepted?.instrumentationScope.name, 'shop');
  const attributes = { order: { id: 42 }, 'log4js.arguments': ['accepted'], 'process.pid': process.pid };
  assert.deepEqual([accepted.body, { ...accepted.attributes }], ['order accepted', attributes]);
  assert.deepEqual([failed?.body, failed?.severityNumber], ['payment failed', 17]);
  assert.equal(failed?.attributes['exception.type'], 'RangeError');
  assert.match(
    String(failed.attributes['exception.stacktrace']),
    /^RangeError: declined\n[^]*\nCaused by: Error: limit reached\n/,
  );
  assert.deepEqual(otel.stats(), { emitted: 2, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
  await provider.shutdown();
});
