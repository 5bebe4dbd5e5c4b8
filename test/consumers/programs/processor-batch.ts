// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';

import { logs, SeverityNumber } from './line.ts';

void test('records arrive at an official exporter, in order and as they were when they were emitted', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const processor = new BatchingLogRecordProcessor(exporter, { maxExportBatchSize: 64 });
  const provider = new LoggerProvider({ processors: [processor] });
  logs.setGlobalLoggerProvider(provider);
  const logger = logs.getLogger('shop');
  const body = { order: 0 };
  for (let order = 0; order < 1000; order += 1) {
    body.order = order;
    logger.emit({ severityNumber: SeverityNumber.INFO, body, attributes: { order } });
  }
  await provider.forceFlush();
  const records = exporter.getFinishedLogRecords();
  assert.deepEqual(
    records.map((record) => record.body),
    Array.from({ length: 1000 }, (_, order) => ({ order })),
  );
  assert.equal(records[0]?.instrumentationScope.name, 'shop');
  await provider.shutdown();
  assert.equal(processor.stats().delivered, 1000);
});
