// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import {
  captureDiagnostics,
  CollectedMetrics,
  grpcStatus,
  httpStatus,
  logBatch,
  type OtlpReceiverOptions,
  startHttp2Peer,
  startOtlpReceiver,
} from '@logferry-test/support';
import { inspect } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

const SECRET = 's3cr3t-t0ken-0123456789';
const HEADERS = { authorization: `Bearer ${SECRET}`, 'x-api-key': SECRET };

/** Everything that can be seen from outside while `use` runs. */
async function seen(
  endpoint: string,
  options: OtlpGrpcLogRecordExporterOptions,
  use: (exporter: OtlpGrpcLogRecordExporter) => Promise<unknown>,
): Promise<string> {
  const diagnostics = captureDiagnostics();
  const metrics = new CollectedMetrics();
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint,
    environment: {},
    meterProvider: metrics.provider,
    retry: { initialBackoffMillis: 1, maxAttempts: 3 },
    ...options,
  });
  const came = await use(exporter);
  const collected = await metrics.collect();
  expect(Object.keys(collected)).toContain('otel.sdk.exporter.log.exported');
  await exporter.shutdown();
  diagnostics.stop();
  const all = [came, exporter, exporter.stats(), diagnostics.messages, collected, exporter.createEncoder()];
  return [...all.map((one) => inspect(one, { depth: 20, showHidden: true, getters: true })), JSON.stringify(all)].join(
    '\n',
  );
}

async function sendAndExport(exporter: OtlpGrpcLogRecordExporter): Promise<unknown> {
  return [
    await exporter.send(logBatch(['a']), AbortSignal.timeout(5000)),
    await new Promise((resolve) => {
      exporter.export([testRecord()], resolve);
    }),
  ];
}

const quoting: [string, NonNullable<OtlpReceiverOptions['respond']>][] = [
  ['an error', () => ({ kind: 'status', code: 3, message: `bad token ${SECRET} of you` })],
  ['an error that is retried', () => ({ kind: 'status', code: 14, message: `Bearer ${SECRET}` })],
  ['a refusal of credentials', () => ({ kind: 'status', code: 16, message: `Bearer ${SECRET} has expired` })],
  ['a partial success', () => ({ kind: 'ok', rejected: 1, message: `not with ${SECRET}` })],
  // The cut that shortens the server's words falls into the token.
  ['a long partial success', () => ({ kind: 'ok', rejected: 1, message: `${'x'.repeat(245)}${SECRET}` })],
  ['a long error', () => ({ kind: 'status', code: 3, message: `${'x'.repeat(500)}${SECRET}` })],
];

test.each(quoting)('a header value that a server quotes in %s is seen nowhere', async (_what, respond) => {
  for (const headers of [HEADERS, () => HEADERS]) {
    const receiver = await startOtlpReceiver({ respond });
    onTestFinished(() => receiver.close());
    const text = await seen(receiver.endpoint, { headers }, sendAndExport);
    expect(receiver.requests[0]?.headers['x-api-key']).toEqual([SECRET]);
    expect(text).not.toContain(SECRET.slice(0, 8));
    expect(text).toContain('deliveredRecords');
  }
});

test.each([
  ['the details of a status', grpcStatus(13, { message: `header ${SECRET}` })],
  ['an HTTP body', httpStatus(400, `<p>${SECRET}</p>`)],
])('a header value that a proxy quotes in %s is seen nowhere', async (_what, behaviour) => {
  const peer = await startHttp2Peer(() => behaviour);
  onTestFinished(() => peer.close());
  const text = await seen(`http://127.0.0.1:${peer.port}`, { headers: HEADERS }, sendAndExport);
  expect(text).not.toContain(SECRET.slice(0, 8));
});

test('a header value that a headers function throws, or returns where it is no header, is seen nowhere', async () => {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());
  const functions = [
    () => {
      throw new Error(SECRET, { cause: SECRET });
    },
    () => Promise.reject(new Error(SECRET)),
    () => ({ authorization: `${SECRET}\r\n` }),
    () => ({ [`${SECRET}:`]: 'x' }),
    () => SECRET as unknown as Record<string, string>,
  ];
  for (const headers of functions) {
    expect(await seen(receiver.endpoint, { headers }, sendAndExport)).not.toContain(SECRET.slice(0, 8));
  }
});

test('a header value in an option or a variable that is refused is not in the error', () => {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  const errors: unknown[] = [];
  for (const headers of [{ authorization: `${SECRET}\n` }, { [`${SECRET} x`]: 'y' }, SECRET, [SECRET]]) {
    try {
      errors.push(new OtlpGrpcLogRecordExporter({ environment: {}, headers: headers as never }));
    } catch (error) {
      errors.push(error);
    }
  }
  errors.push(
    new OtlpGrpcLogRecordExporter({
      environment: { OTEL_EXPORTER_OTLP_HEADERS: `authorization=${SECRET}%0A,${SECRET}` },
    }),
  );
  expect(errors.filter((error) => error instanceof Error).length).toBe(4);
  expect(diagnostics.messages.length).toBe(2);
  expect(inspect([errors, diagnostics.messages], { depth: 20, showHidden: true })).not.toContain(SECRET.slice(0, 8));
});

test('header values are not seen while nobody answers', async () => {
  const text = await seen('http://127.0.0.1:1', { headers: HEADERS }, sendAndExport);
  expect(text).toContain('ECONNREFUSED');
  expect(text).not.toContain(SECRET.slice(0, 8));
});
