// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

import { startGrpcReceiver } from './grpc-receiver.ts';
import { SeverityNumber } from './line.ts';

void test('records of the official batch processor arrive over TLS, complete and in order', async () => {
  const receiver = await startGrpcReceiver('https');
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint: receiver.endpoint,
    tls: { caFile: receiver.caFile },
    compression: 'gzip',
  });
  const provider = new LoggerProvider({ processors: [new BatchLogRecordProcessor({ exporter })] });
  const logger = provider.getLogger('shop');
  for (let order = 0; order < 1000; order += 1) {
    logger.emit({ severityNumber: SeverityNumber.INFO, body: `order ${order}` });
  }
  await provider.shutdown();
  receiver.close();
  assert.deepEqual(
    receiver.bodies,
    Array.from({ length: 1000 }, (_, order) => `order ${order}`),
  );
});

void test('a CA file that can not be read is an error at construction', () => {
  assert.throws(
    () => new OtlpGrpcLogRecordExporter({ endpoint: 'https://localhost:1', tls: { caFile: 'missing.crt' } }),
    { code: 'UNUSABLE_FILE' },
  );
});
