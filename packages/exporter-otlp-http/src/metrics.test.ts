// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { CollectedMetrics, type HttpReply, startOtlpHttpReceiver } from '@logferry-test/support';
import { expect, onTestFinished, test } from 'vitest';

import { OtlpHttpLogRecordExporter, type OtlpHttpLogRecordExporterOptions } from './index.ts';

/** What is collected after one record was sent; 503 is tried twice. */
async function collected(
  reply: HttpReply,
  options: OtlpHttpLogRecordExporterOptions = {},
): Promise<{ port: number; metrics: Awaited<ReturnType<CollectedMetrics['collect']>> }> {
  const receiver = await startOtlpHttpReceiver({ respond: () => reply });
  onTestFinished(() => receiver.close());
  const metrics = new CollectedMetrics();
  const exporter = new OtlpHttpLogRecordExporter({
    endpoint: receiver.endpoint,
    environment: {},
    meterProvider: metrics.provider,
    retry: { initialBackoffMillis: 1, maxAttempts: 2 },
    ...options,
  });
  onTestFinished(() => exporter.shutdown());
  const encoder = exporter.createEncoder();
  encoder.append(testRecord());
  const batch = encoder.take();
  if (batch === undefined) throw new Error('there is no batch');
  await exporter.send(batch, AbortSignal.timeout(5000));
  return { port: receiver.port, metrics: await metrics.collect() };
}

test.each([
  ['http/protobuf', 'otlp_http_log_exporter'],
  ['http/json', 'otlp_http_json_log_exporter'],
] as const)('metrics of %s name the component, the server and the status', async (protocol, type) => {
  const { port, metrics } = await collected({ kind: 'ok' }, { protocol });
  const common = {
    'otel.component.type': type,
    'otel.component.name': expect.stringMatching(new RegExp(`^${type}/\\d+$`)) as unknown,
    'server.address': '127.0.0.1',
    'server.port': port,
  };
  expect(Object.keys(metrics).toSorted()).toEqual([
    'otel.sdk.exporter.log.exported',
    'otel.sdk.exporter.log.inflight',
    'otel.sdk.exporter.operation.duration',
  ]);
  expect(metrics['otel.sdk.exporter.log.inflight']).toEqual({
    scope: '@logferry/exporter-otlp-http',
    unit: '{log_record}',
    kind: 'upDownCounter',
    points: [{ value: 0, attributes: common }],
  });
  expect(metrics['otel.sdk.exporter.log.exported']?.points).toEqual([{ value: 1, attributes: common }]);
  expect(metrics['otel.sdk.exporter.operation.duration']?.points).toEqual([
    {
      value: expect.objectContaining({ count: 1 }) as unknown,
      attributes: { ...common, 'http.response.status_code': 200 },
    },
  ]);
});

test.each<[string, HttpReply, OtlpHttpLogRecordExporterOptions, string, number | undefined]>([
  ['a status', { kind: 'status', status: 400 }, {}, '400', 400],
  ['a status that is retried', { kind: 'status', status: 503 }, {}, '503', 503],
  ['an unknown status', { kind: 'status', status: 799 }, {}, '_OTHER', 799],
  ['a partial success', { kind: 'ok', rejected: 1 }, {}, 'rejected', 200],
  ['no answer', { kind: 'silence' }, { timeoutMillis: 50 }, 'DEADLINE_EXCEEDED', undefined],
  ['no connection', { kind: 'ok' }, { endpoint: 'http://127.0.0.1:1/' }, 'NO_CONNECTION', undefined],
])('%s is a failed export', async (_what, reply, options, errorType, status) => {
  const { metrics } = await collected(reply, options);
  expect(metrics['otel.sdk.exporter.log.exported']?.points).toMatchObject([
    { value: 1, attributes: { 'error.type': errorType } },
  ]);
  const durations = metrics['otel.sdk.exporter.operation.duration']?.points ?? [];
  expect(durations).toMatchObject([{ value: { count: 1 }, attributes: { 'error.type': errorType } }]);
  expect(durations[0]?.attributes['http.response.status_code']).toBe(status);
});
