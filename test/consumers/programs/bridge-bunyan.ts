// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { addOpenTelemetryStream } from '@logferry/bridge-bunyan';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import bunyan from 'bunyan';

import { logs } from './line.ts';

void test('a bunyan logger reaches the global provider of this line', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  logs.setGlobalLoggerProvider(provider);
  const logger = bunyan.createLogger({ name: 'shop', hostname: 'a.test', streams: [] });
  const stream = addOpenTelemetryStream(logger);
  logger.info({ order: { id: 42 } }, 'order %s', 'accepted');
  logger
    .child({ request: 7 })
    .error(new RangeError('declined', { cause: new Error('limit reached') }), 'payment failed');
  await provider.forceFlush();
  const [accepted, failed] = exporter.getFinishedLogRecords();
  assert.equal(accepted?.instrumentationScope.name, 'shop');
  const attributes = { order: { id: 42 }, 'host.name': 'a.test', 'process.pid': process.pid };
  assert.deepEqual([accepted.body, { ...accepted.attributes }], ['order accepted', attributes]);
  assert.deepEqual([failed?.body, failed?.severityNumber, failed?.attributes['request']], ['payment failed', 17, 7]);
  assert.equal(failed?.attributes['exception.type'], 'RangeError');
  assert.match(
    String(failed.attributes['exception.stacktrace']),
    /^RangeError: declined\n[^]*\nCaused by: Error: limit reached\n/,
  );
  assert.deepEqual(stream.stats(), { emitted: 2, disabled: 0, withoutProvider: 0, looped: 0, failed: 0 });
  await provider.shutdown();
});
