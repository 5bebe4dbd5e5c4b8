// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import * as line2 from '@logferry-test/sdk-0.2xx';
import { captureDiagnostics, countLogRecords, startTcpProxy } from '@logferry-test/support';
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { expect, onTestFinished, test } from 'vitest';

import { tlsReceiver } from './tls-receiver.ts';

function bodies(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `order ${index}`);
}

const LINES = {
  '3.x': { LoggerProvider, BatchLogRecordProcessor },
  '0.2xx': { LoggerProvider: line2.LoggerProvider, BatchLogRecordProcessor: line2.BatchLogRecordProcessor },
};

test.each(Object.keys(LINES) as (keyof typeof LINES)[])(
  'records of the SDK’s %s logger arrive over TLS with gzip, each once and in order, with a token of the application',
  async (line) => {
    const receiver = await tlsReceiver({
      keepRequests: true,
      respond: (_, index) => (index % 3 === 1 ? { kind: 'status', code: 14 } : { kind: 'ok' }),
    });
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());
    let tokens = 0;
    const exporter = new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, {
      endpoint: `https://localhost:${proxy.port}`,
      tls: { ca: receiver.authority.cert },
      compression: 'gzip',
      retry: { initialBackoffMillis: 1 },
      headers: async () => {
        tokens += 1;
        return { authorization: `Bearer token-${tokens}` };
      },
    });
    const processor = new BatchingLogRecordProcessor(exporter, { maxExportBatchBytes: 32 * 1024 });
    const sdk = LINES[line] as (typeof LINES)['3.x'];
    const provider = new sdk.LoggerProvider({ processors: [processor] });
    const logger = provider.getLogger('shop');
    for (const body of bodies(20_000)) logger.emit({ severityNumber: 9, body });
    await provider.forceFlush();
    expect(receiver.accepted()).toEqual(bodies(20_000));
    expect(processor.stats()).toMatchObject({ delivered: 20_000, queued: 0 });
    expect(exporter.stats()).toMatchObject({
      deliveredRecords: 20_000,
      copiedBatches: 0,
      crashes: 0,
      exporter: { deliveredRecords: 20_000 },
    });
    expect(proxy.bytesUp).toBeLessThan(receiver.stats().bytes / 4);
    expect(receiver.requests.map(({ headers }) => headers['authorization']?.[0])).toEqual(
      receiver.requests.map((_, index) => `Bearer token-${index + 1}`),
    );
    await provider.shutdown();
  },
);

test('records of the SDK’s own processors arrive', async () => {
  const receiver = await tlsReceiver();
  const options = { endpoint: receiver.endpoint, tls: { caFile: receiver.authority.certFile } };
  const provider = new LoggerProvider({
    processors: [
      new BatchLogRecordProcessor({
        exporter: new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, options),
        maxQueueSize: 10_000,
      }),
      new SimpleLogRecordProcessor({ exporter: new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, options) }),
    ],
  });
  const logger = provider.getLogger('shop');
  for (const body of bodies(500)) logger.emit({ severityNumber: 9, body });
  await provider.forceFlush();
  await provider.shutdown();
  expect(receiver.accepted().toSorted()).toEqual([...bodies(500), ...bodies(500)].toSorted());
});

test('a batch that the server finds too large is split in the worker', async () => {
  const receiver = await tlsReceiver({
    respond: ({ bytes }) => (countLogRecords(bytes) > 100 ? { kind: 'status', code: 8 } : { kind: 'ok' }),
  });
  const exporter = new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, {
    endpoint: receiver.endpoint,
    tls: { ca: receiver.authority.cert },
    maxRequestBytes: 4096,
  });
  const encoder = exporter.createEncoder();
  for (const body of bodies(1000)) encoder.append(testRecord({ body }));
  const outcome = await exporter.send(encoder.take()!, AbortSignal.timeout(20_000));
  expect(outcome).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(receiver.accepted()).toEqual(bodies(1000));
  await exporter.shutdown();
});

test('a certificate that can’t be read is an error of the constructor, as without a worker', () => {
  const options = { endpoint: 'https://localhost:1', tls: { caFile: '/nowhere/ca.pem' } };
  const problem = expect.objectContaining({
    code: 'UNUSABLE_FILE',
    message: expect.stringContaining('/nowhere/ca.pem'),
  });
  expect(() => new OtlpGrpcLogRecordExporter(options)).toThrow(problem);
  expect(() => new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, options)).toThrow(problem);
});

test('a refused TLS connection is diagnosed with its cause, from the worker', async () => {
  const diagnostics = captureDiagnostics();
  const receiver = await tlsReceiver();
  const exporter = new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, { endpoint: receiver.endpoint });
  const encoder = exporter.createEncoder();
  encoder.append(testRecord());
  const controller = new AbortController();
  const sent = exporter.send(encoder.take()!, controller.signal);
  await expect
    .poll(() => diagnostics.messages.join('\n'), { timeout: 10_000 })
    .toMatch(/^warn: @logferry\/exporter-otlp-grpc: .*comes from a CA that is not trusted/);
  controller.abort();
  expect(await sent).toMatchObject({ kind: 'retryable' });
  await exporter.shutdown();
  diagnostics.stop();
});

test('1,000 batches take the memory of a few', async () => {
  const receiver = await tlsReceiver();
  const exporter = new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, {
    endpoint: receiver.endpoint,
    tls: { ca: receiver.authority.cert },
    compression: 'gzip',
  });
  const encoder = exporter.createEncoder();
  const memory = new Set<ArrayBufferLike>();
  for (let round = 0; round < 500; round += 1) {
    const batches = [0, 1].map((half) => {
      for (let index = 0; index < 20; index += 1) encoder.append(testRecord({ body: `${round} ${half} ${index}` }));
      return encoder.take()!;
    });
    await Promise.all(batches.map((batch) => exporter.send(batch, AbortSignal.timeout(20_000))));
    for (const batch of batches) {
      expect(batch.bytes.buffer).toBeInstanceOf(SharedArrayBuffer);
      memory.add(batch.bytes.buffer);
      batch.release();
    }
  }
  expect(memory.size).toBeLessThanOrEqual(6);
  expect(receiver.stats().records).toBe(20_000);
  expect(exporter.stats()).toMatchObject({ copiedBatches: 0, pendingBytes: 0 });
  await exporter.shutdown();
});
