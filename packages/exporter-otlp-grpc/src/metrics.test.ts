// SPDX-License-Identifier: Apache-2.0
import { CollectedMetrics, logBatch, type Reply, startOtlpReceiver } from '@logferry-test/support';
import { expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter } from './index.ts';

async function collected(
  reply: Reply,
  endpointOf: (port: number) => string,
): Promise<{ port: number; metrics: Awaited<ReturnType<CollectedMetrics['collect']>> }> {
  const receiver = await startOtlpReceiver({ respond: () => reply });
  onTestFinished(() => receiver.close());
  const metrics = new CollectedMetrics();
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint: endpointOf(receiver.port),
    insecure: true,
    environment: {},
    meterProvider: metrics.provider,
    retry: { initialBackoffMillis: 1, maxAttempts: 2 },
  });
  onTestFinished(() => exporter.shutdown());
  await exporter.send(logBatch(['a', 'b']), AbortSignal.timeout(5000));
  return { port: receiver.port, metrics: await metrics.collect() };
}

test('metrics name the component, the server and the status', async () => {
  const { port, metrics } = await collected({ kind: 'ok' }, (open) => `127.0.0.1:${open}`);
  const common = {
    'otel.component.type': 'otlp_grpc_log_exporter',
    'otel.component.name': expect.stringMatching(/^otlp_grpc_log_exporter\/\d+$/) as unknown,
    'server.address': '127.0.0.1',
    'server.port': port,
  };
  expect(metrics).toEqual({
    'otel.sdk.exporter.log.inflight': {
      scope: '@logferry/exporter-otlp-grpc',
      unit: '{log_record}',
      kind: 'upDownCounter',
      points: [{ value: 0, attributes: common }],
    },
    'otel.sdk.exporter.log.exported': {
      scope: '@logferry/exporter-otlp-grpc',
      unit: '{log_record}',
      kind: 'counter',
      points: [{ value: 2, attributes: common }],
    },
    'otel.sdk.exporter.operation.duration': {
      scope: '@logferry/exporter-otlp-grpc',
      unit: 's',
      kind: 'histogram',
      points: [
        {
          value: expect.objectContaining({ count: 1 }) as unknown,
          attributes: { ...common, 'rpc.response.status_code': 'OK' },
        },
      ],
    },
  });
});

test('a list of addresses is named as it is', async () => {
  const { port, metrics } = await collected({ kind: 'ok' }, (open) => `ipv4:127.0.0.1:${open},127.0.0.1:${open}`);
  const attributes = metrics['otel.sdk.exporter.log.exported']?.points[0]?.attributes;
  expect(attributes?.['server.address']).toBe(`ipv4:127.0.0.1:${port},127.0.0.1:${port}`);
  expect(attributes).not.toHaveProperty('server.port');
});

test.each<[string, Reply, string, string]>([
  ['a status', { kind: 'status', code: 3 }, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'],
  ['a status that is retried', { kind: 'status', code: 14 }, 'UNAVAILABLE', 'UNAVAILABLE'],
  ['an unknown status', { kind: 'status', code: 99 }, '_OTHER', '99'],
  ['a partial success', { kind: 'ok', rejected: 2 }, 'rejected', 'OK'],
])('%s is a failed export', async (_what, reply, errorType, status) => {
  const { metrics } = await collected(reply, (port) => `127.0.0.1:${port}`);
  expect(metrics['otel.sdk.exporter.log.exported']?.points).toMatchObject([
    { value: 2, attributes: { 'error.type': errorType } },
  ]);
  expect(metrics['otel.sdk.exporter.operation.duration']?.points).toMatchObject([
    { value: { count: 1 }, attributes: { 'error.type': errorType, 'rpc.response.status_code': status } },
  ]);
});
