// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

import { createLogPipeline, type LogPipelineOptions, readConfiguration } from '@logferry/config';
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

void test('a file becomes options, and the schema and the command come along', () => {
  const { options, problems } = readConfiguration(
    'file_format: "1.1"\nlogger_provider: { processors: [{ simple: { exporter: { console: } } }] }\n',
    'app.yaml',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(Object.keys(options?.destinations ?? {}), ['console']);
  const ofProgram = createRequire(process.argv[1] ?? process.cwd());
  const schema = ofProgram('@logferry/config/schema.json') as { readonly title: string };
  assert.equal(schema.title, 'OpenTelemetryConfiguration');
  const manifest = ofProgram.resolve('@logferry/config/package.json');
  const { bin } = ofProgram(manifest) as { readonly bin: { readonly logferry: string } };
  const environment = { PATH: process.env['PATH'], OTEL_LOGS_EXPORTER: 'none' };
  const { status, stdout } = spawnSync(process.execPath, [join(dirname(manifest), bin.logferry), 'check'], {
    env: environment,
    encoding: 'utf8',
  });
  assert.equal(stdout, '! destinations none: nothing is logged\n\nthe environment is right\n');
  assert.equal(status, 0);
});
