// SPDX-License-Identifier: Apache-2.0
import { logBatch, startOtlpReceiver, TestContextManager } from '@logferry-test/support';
import { context, createContextKey } from '@opentelemetry/api';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter } from './index.ts';

/** The key that instrumentations look at; `createContextKey` uses `Symbol.for`, so the description is the contract. */
const SUPPRESS_TRACING = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');

test('the connection of an exporter and its headers function are not traced', async () => {
  context.setGlobalContextManager(new TestContextManager());
  onTestFinished(() => context.disable());
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());

  const suppressed: unknown[] = [];
  const note = (): void => void suppressed.push(context.active().getValue(SUPPRESS_TRACING));
  subscribe('net.client.socket', note);
  onTestFinished(() => void unsubscribe('net.client.socket', note));
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint: receiver.endpoint,
    environment: {},
    headers: () => {
      note();
      return {};
    },
  });
  onTestFinished(() => exporter.shutdown());

  expect(await exporter.send(logBatch(['a']), AbortSignal.timeout(5000))).toMatchObject({ kind: 'delivered' });
  expect(suppressed).toEqual([true, true]);
});

const CHILD = fileURLToPath(new URL('../fixtures/traced-child.ts', import.meta.url));

test.each(['context-manager', 'no-context-manager'])(
  'the official instrumentations make no span of what an exporter does (%s)',
  async (scenario) => {
    const receiver = await startOtlpReceiver({
      // The process's own call comes first; then one of three attempts is refused and tried again.
      respond: (_request, index) => (index === 1 ? { kind: 'status', code: 14 } : { kind: 'ok' }),
    });
    onTestFinished(() => receiver.close());
    const tokens = createServer((_request, response) => response.end('token'));
    tokens.listen(0, '127.0.0.1');
    onTestFinished(() => void tokens.close());
    await once(tokens, 'listening');
    const { port } = tokens.address() as { port: number };

    const child = spawn(
      process.execPath,
      ['--conditions=@logferry/source', CHILD, scenario, receiver.endpoint, `http://127.0.0.1:${port}/token`],
      { stdio: ['ignore', 'pipe', 'inherit'], timeout: 20_000 },
    );
    const seen = JSON.parse(await text(child.stdout)) as Record<string, unknown>;
    expect(seen).toMatchObject({
      // The instrumentations are at work.
      own: ['grpc.opentelemetry.proto.collector.logs.v1.LogsService/Export', 'GET'],
      ofTheExporter: [],
      deliveredRecords: 3,
      attempts: 4,
    });
  },
);
