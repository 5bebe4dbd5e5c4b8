// SPDX-License-Identifier: Apache-2.0
import { OtlpHttpLogRecordExporter } from '@logferry/exporter-otlp-http';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { testRecord } from '@logferry/core/testing';
import { CollectedMetrics, createCertificateAuthority, startOtlpHttpReceiver } from '@logferry-test/support';
import { expect, onTestFinished, test } from 'vitest';

test.each(['http/protobuf', 'http/json'] as const)(
  'records arrive over %s with TLS and gzip, and the metrics of the exporter are those of the application',
  async (protocol) => {
    const authority = await createCertificateAuthority();
    onTestFinished(() => authority.dispose());
    const receiver = await startOtlpHttpReceiver({ tls: await authority.server() });
    onTestFinished(() => receiver.close());
    const metrics = new CollectedMetrics();
    const exporter = new WorkerLogRecordExporter(OtlpHttpLogRecordExporter, {
      endpoint: receiver.endpoint,
      protocol,
      tls: { ca: authority.cert },
      compression: 'gzip',
      headers: ({ previousRefused }) => ({ authorization: `Bearer ${previousRefused ? 'new' : 'first'}` }),
      meterProvider: metrics.provider,
    });
    const processor = new BatchingLogRecordProcessor(exporter, { maxExportBatchSize: 500 });
    for (let index = 0; index < 5000; index += 1) processor.onEmit(testRecord({ body: `order ${index}` }));
    await processor.forceFlush();
    expect(receiver.stats()).toMatchObject({ requests: 10, records: 5000, acceptedRecords: 5000 });
    expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual(Array(10).fill('Bearer first'));
    expect(receiver.requests.every(({ bytes, bodyBytes }) => bodyBytes < bytes.length / 2)).toBe(true);
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 5000, copiedBatches: 0 });
    const collected = await metrics.collect();
    expect(collected['otel.sdk.exporter.log.exported']?.points.map(({ value }) => value)).toEqual([5000]);
    expect(collected['otel.sdk.exporter.log.inflight']?.points.map(({ value }) => value)).toEqual([0]);
    await processor.shutdown();
  },
);
