// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLogPipeline, type LogPipelineOptions } from '@logferry/config';
import { InMemoryLogRecordExporter } from '@opentelemetry/sdk-logs';

import { logs, SeverityNumber } from './line.ts';

void test('a pipeline makes a provider of the installed SDK', async () => {
  const exporter = new InMemoryLogRecordExporter();
  const pipeline = createLogPipeline({
    resource: { attributes: { 'service.name': 'shop' } },
    redaction: { policy: 'default' },
    destinations: { memory: { exporter, minimumSeverity: 'warn' } },
  });
  logs.setGlobalLoggerProvider(pipeline.createLoggerProvider());
  logs.getLogger('shop').emit({ severityNumber: SeverityNumber.INFO, body: 'order accepted' });
  logs.getLogger('shop').emit({ severityNumber: SeverityNumber.ERROR, body: 'refused for ada@example.org' });
  await pipeline.forceFlush();
  const [record, ...others] = exporter.getFinishedLogRecords();
  assert.deepEqual([record?.body, others.length], ['refused for [EMAIL]', 0]);
  assert.equal(record?.resource.attributes['service.name'], 'shop');
  assert.equal(pipeline.stats().destinations['memory']?.queue?.delivered, 1);
  await pipeline.shutdown();
});

void test('an exporter whose package is missing is an error with the command that installs it', () => {
  const options: LogPipelineOptions = {
    destinations: { collector: { exporter: { type: 'otlp-grpc', endpoint: 'http://localhost:4317' } } },
  };
  assert.throws(() => createLogPipeline(options), {
    code: 'MISSING_PACKAGE',
    message:
      "destinations.collector.exporter, of type 'otlp-grpc', needs the package @logferry/exporter-otlp-grpc: npm install @logferry/exporter-otlp-grpc",
  });
});
