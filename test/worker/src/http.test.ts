// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { OtlpHttpLogRecordExporter } from '@logferry/exporter-otlp-http';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { createCertificateAuthority, jsonLogBodies, logBodies, startOtlpHttpReceiver } from '@logferry-test/support';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { describe, expect, onTestFinished, test } from 'vitest';

function bodies(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `order ${index}`);
}

describe.each(['http/protobuf', 'http/json'] as const)('%s from a worker', (protocol) => {
  const read = protocol === 'http/json' ? jsonLogBodies : logBodies;

  test('records arrive over TLS with gzip, each once and in order, with a token of the application', async () => {
    const authority = await createCertificateAuthority();
    onTestFinished(() => authority.dispose());
    const receiver = await startOtlpHttpReceiver({
      tls: await authority.server(),
      respond: (_, index) => (index % 3 === 1 ? { kind: 'status', status: 503 } : { kind: 'ok' }),
    });
    onTestFinished(() => receiver.close());
    let tokens = 0;
    const exporter = new WorkerLogRecordExporter(OtlpHttpLogRecordExporter, {
      endpoint: receiver.endpoint,
      protocol,
      tls: { ca: authority.cert },
      compression: 'gzip',
      retry: { initialBackoffMillis: 1 },
      headers: async () => {
        tokens += 1;
        return { authorization: `Bearer token-${tokens}` };
      },
    });
    const processor = new BatchingLogRecordProcessor(exporter, { maxExportBatchBytes: 64 * 1024 });
    const provider = new LoggerProvider({ processors: [processor] });
    const logger = provider.getLogger('shop');
    for (const body of bodies(10_000)) logger.emit({ severityNumber: 9, body });
    await provider.forceFlush();
    const taken = receiver.requests.filter((_, index) => index % 3 !== 1);
    expect(taken.flatMap(({ bytes }) => read(bytes))).toEqual(bodies(10_000));
    expect(processor.stats()).toMatchObject({ delivered: 10_000, queued: 0 });
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 10_000, copiedBatches: 0, crashes: 0 });
    expect(receiver.requests.map(({ headers }) => headers.authorization)).toEqual(
      receiver.requests.map((_, index) => `Bearer token-${index + 1}`),
    );
    await provider.shutdown();
  });

  test('what is left of a batch that was cancelled half way comes back and can be sent again', async () => {
    const controller = new AbortController();
    const receiver = await startOtlpHttpReceiver({
      respond: (_, index) => {
        if (index !== 1) return { kind: 'ok' };
        controller.abort();
        return { kind: 'silence' };
      },
    });
    onTestFinished(() => receiver.close());
    const exporter = new WorkerLogRecordExporter(OtlpHttpLogRecordExporter, {
      endpoint: receiver.endpoint,
      protocol,
      maxRequestBytes: 4096,
    });
    const encoder = exporter.createEncoder();
    for (const body of bodies(200)) encoder.append(testRecord({ body }));
    const outcome = await exporter.send(encoder.take()!, controller.signal);
    if (outcome.kind !== 'retryable' || outcome.remaining === undefined) throw new Error('there is no rest');
    expect(await exporter.send(outcome.remaining, AbortSignal.timeout(20_000))).toEqual({
      kind: 'delivered',
      rejectedCount: 0,
    });
    const taken = receiver.requests.filter((_, index) => index !== 1);
    expect(taken.flatMap(({ bytes }) => read(bytes))).toEqual(bodies(200));
    await exporter.shutdown();
  });
});
