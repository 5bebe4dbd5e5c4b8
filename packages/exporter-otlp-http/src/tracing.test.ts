// SPDX-License-Identifier: Apache-2.0
import { logBatch, startOtlpHttpReceiver, TestContextManager } from '@logferry-test/support';
import { context, createContextKey } from '@opentelemetry/api';
import { UndiciInstrumentation } from '@opentelemetry/instrumentation-undici';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { request } from 'undici';

import { OtlpHttpLogRecordExporter } from './index.ts';

/** The key that instrumentations look at; `createContextKey` uses `Symbol.for`, so the description is the contract. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

beforeAll(() => {
  context.setGlobalContextManager(new TestContextManager());
  return () => context.disable();
});

test('connections, requests and the headers function of an exporter are not traced', async () => {
  const receiver = await startOtlpHttpReceiver();
  onTestFinished(() => receiver.close());
  const suppressed: unknown[] = [];
  const note = (): void => void suppressed.push(context.active().getValue(SUPPRESS_TRACING));
  for (const channel of ['net.client.socket', 'undici:request:create']) {
    subscribe(channel, note);
    onTestFinished(() => void unsubscribe(channel, note));
  }
  const exporter = new OtlpHttpLogRecordExporter({
    endpoint: receiver.endpoint,
    environment: {},
    headers: () => {
      note();
      return {};
    },
  });
  onTestFinished(() => exporter.shutdown());
  expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  expect(suppressed).toEqual([true, true, true]);
});

test('the instrumentation of undici makes no span for an export', async () => {
  const spans = new InMemorySpanExporter();
  const tracerProvider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter: spans })] });
  const instrumentation = new UndiciInstrumentation();
  instrumentation.setTracerProvider(tracerProvider);
  instrumentation.enable();
  onTestFinished(() => instrumentation.disable());
  const receiver = await startOtlpHttpReceiver();
  onTestFinished(() => receiver.close());
  const exporter = new OtlpHttpLogRecordExporter({ endpoint: receiver.endpoint, environment: {} });
  onTestFinished(() => exporter.shutdown());

  expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  expect(spans.getFinishedSpans()).toEqual([]);

  // What the application itself sends is traced.
  await (await request(receiver.endpoint, { method: 'POST', body: '' })).body.dump();
  expect(spans.getFinishedSpans()).toHaveLength(1);
});
