// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import {
  captureDiagnostics,
  logBatch,
  type OtlpHttpReceiver,
  type OtlpHttpReceiverOptions,
  startOtlpHttpReceiver,
} from '@logferry-test/support';
import { describe, expect, onTestFinished, test } from 'vitest';

import { OtlpHttpLogRecordExporter, type OtlpHttpLogRecordExporterOptions } from './index.ts';
import { retryAfterMillis } from './retry-after.ts';

async function receiverOf(respond: NonNullable<OtlpHttpReceiverOptions['respond']>): Promise<OtlpHttpReceiver> {
  const receiver = await startOtlpHttpReceiver({ respond });
  onTestFinished(() => receiver.close());
  return receiver;
}

function exporterTo(
  receiver: OtlpHttpReceiver,
  options: OtlpHttpLogRecordExporterOptions = {},
): OtlpHttpLogRecordExporter {
  const exporter = new OtlpHttpLogRecordExporter({
    endpoint: receiver.endpoint,
    environment: {},
    retry: { initialBackoffMillis: 1 },
    ...options,
  });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

describe('the retry table', () => {
  test.each([407, 429, 502, 503, 504])('status %i is retried', async (status) => {
    const receiver = await receiverOf((_request, index) => (index < 2 ? { kind: 'status', status } : { kind: 'ok' }));
    const exporter = exporterTo(receiver);
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(exporter.stats().attemptsByStatus).toEqual({ [`HTTP ${status}`]: 2, 'HTTP 200': 1 });
    expect(receiver.stats().requests).toBe(3);
  });

  test.each([
    [300, 'HTTP 300: redirects are not followed'],
    [400, 'HTTP 400: Bad Request'],
    [401, 'HTTP 401: Unauthorized'],
    [403, 'HTTP 403: Forbidden'],
    [404, 'HTTP 404: Not Found'],
    [405, 'HTTP 405: Method Not Allowed'],
    [408, 'HTTP 408: Request Timeout'],
    [413, 'HTTP 413: Payload Too Large'],
    [415, 'HTTP 415: Unsupported Media Type'],
    [500, 'HTTP 500: Internal Server Error'],
    [501, 'HTTP 501: Not Implemented'],
    [799, 'HTTP 799'],
  ])('status %i drops the records and counts them', async (status, reason) => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await receiverOf(() => ({ kind: 'status', status }));
    const exporter = exporterTo(receiver);
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'failed', reason });
    const counted = status === 799 ? 'OTHER' : `HTTP ${status}`;
    expect(exporter.stats()).toMatchObject({ failedRecords: 1, attemptsByStatus: { [counted]: 1 } });
    expect(diagnostics.messages).toEqual([
      `error: @logferry/exporter-otlp-http: 1 record is lost on the way to ${receiver.endpoint}: ${reason}`,
    ]);
  });
});

describe('what a server says about a failure is passed on', () => {
  const status = (code: number, type: string, body: string | Uint8Array): OtlpHttpReceiverOptions['respond'] => {
    return () => ({ kind: 'status', status: code, headers: { 'content-type': type }, body });
  };

  test.each<[string, OtlpHttpReceiverOptions['respond'], string]>([
    [
      'a google.rpc.Status in protobuf',
      status(400, 'application/x-protobuf', Buffer.from('\x08\x03\x12\x09bad field', 'latin1')),
      'HTTP 400: bad field',
    ],
    [
      'a google.rpc.Status in JSON',
      status(400, 'application/json; charset=utf-8', '{"code":3,"message":"bad field"}'),
      'HTTP 400: bad field',
    ],
    ['plain text', status(403, 'text/plain', ' no such tenant\n'), 'HTTP 403: no such tenant'],
    [
      'text that would break out of its line',
      status(403, 'text/plain', 'a\r\nforged'),
      'HTTP 403: a\\u{d}\\u{a}forged',
    ],
    ['long text, cut', status(403, 'text/plain', 'x'.repeat(10_000)), `HTTP 403: ${'x'.repeat(512)}…`],
    [
      'text with a header value',
      status(401, 'text/plain', 'key secret-value-1 is bad'),
      'HTTP 401: key [header value] is bad',
    ],
    ['JSON of another kind', status(400, 'application/json', '["no"]'), 'HTTP 400: Bad Request'],
    ['no JSON', status(400, 'application/json', '{"message":'), 'HTTP 400: Bad Request'],
    ['no protobuf', status(400, 'application/x-protobuf', Buffer.from([0xff, 0xff])), 'HTTP 400: Bad Request'],
    ['a page', status(404, 'text/html', '<h1>404</h1>'), 'HTTP 404: Not Found'],
  ])('%s', async (_what, respond, reason) => {
    const receiver = await receiverOf(respond!);
    const exporter = exporterTo(receiver, { headers: { 'x-api-key': 'secret-value-1' } });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'failed', reason });
  });

  test.each([
    ['https://other.example/v1/logs?token=secret', 'this one leads to https://other.example/v1/logs'],
    ['https://user:secret@other.example/', 'this one leads to https://other.example/'],
    ['/v2/logs', 'this one leads to /v2/logs'],
  ])('a redirect to %s is not followed, and its secrets are not shown', async (location, text) => {
    const receiver = await receiverOf(() => ({ kind: 'status', status: 308, headers: { location } }));
    expect(await exporterTo(receiver).send(logBatch(['a']), soon())).toEqual({
      kind: 'failed',
      reason: `HTTP 308: redirects are not followed, ${text}`,
    });
    expect(receiver.stats().requests).toBe(1);
  });
});

describe('Retry-After', () => {
  test.each([
    ['seconds', '30', 30_000],
    ['a date', 'Fri, 01 Jan 2027 00:00:20 GMT', 20_000],
    ['a date that has passed', 'Thu, 01 Jan 1998 00:00:00 GMT', 100],
    ['years, within five minutes', '315360000', 300_000],
    ['what is neither', 'soon', 100],
  ])('%s', async (_what, value, waitMillis) => {
    const clock = new ManualClock(Date.UTC(2027, 0, 1));
    const receiver = await receiverOf((_request, index) =>
      index === 0 ? { kind: 'status', status: 503, headers: { 'retry-after': value } } : { kind: 'ok' },
    );
    const exporter = exporterTo(receiver, { clock, timeoutMillis: 0, retry: { initialBackoffMillis: 100, jitter: 0 } });
    const sent = exporter.send(logBatch(['a']), soon());
    await expect.poll(() => clock.pendingTimers, { interval: 2, timeout: 10_000 }).toBe(1);
    await clock.advance(waitMillis - 1);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });

  const now = Date.UTC(1994, 10, 6, 8, 49, 0);
  test.each<[string, number | undefined]>([
    ['0', 0],
    [' 120 ', 120_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
    ['Sun Nov  6 08:49:37 1994', 37_000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
    ['-1', undefined],
    ['1.5', undefined],
    ['1994', 1_994_000],
    ['', undefined],
    ['Sun, 99 Nov 1994', undefined],
  ])('"%s" asks for %j ms', (value, expected) => {
    expect(retryAfterMillis(value, now)).toBe(expected);
  });
});

test('the budget of attempts ends a send, and its records are counted', async () => {
  const receiver = await receiverOf(() => ({ kind: 'status', status: 503 }));
  const exporter = exporterTo(receiver, { retry: { initialBackoffMillis: 1, maxAttempts: 3 } });
  expect(await exporter.send(logBatch(['a', 'b']), soon())).toEqual({
    kind: 'failed',
    reason: 'given up after 3 attempts: HTTP 503: Service Unavailable',
  });
  expect(exporter.stats()).toMatchObject({ attempts: 3, failedRecords: 2 });
});

test('the deadline of an attempt follows the clock', async () => {
  const clock = new ManualClock();
  const receiver = await receiverOf((_request, index) => (index === 0 ? { kind: 'silence' } : { kind: 'ok' }));
  const exporter = exporterTo(receiver, { clock, timeoutMillis: 5000 });
  const sent = exporter.send(logBatch(['a']), soon());
  await receiver.waitForRequests(1);
  await clock.advance(5000);
  await expect.poll(() => clock.pendingTimers, { interval: 2, timeout: 10_000 }).toBe(1);
  await clock.advance(100);
  expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(exporter.stats().attemptsByStatus).toEqual({ DEADLINE_EXCEEDED: 1, 'HTTP 200': 1 });
  expect(clock.pendingTimers).toBe(0);
});
