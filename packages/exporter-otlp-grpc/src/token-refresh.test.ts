// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import {
  captureDiagnostics,
  correctReply,
  httpStatus,
  logBatch,
  type OtlpReceiver,
  type ReceivedRequest,
  startHttp2Peer,
  startOtlpReceiver,
} from '@logferry-test/support';
import { describe, expect, onTestFinished, test } from 'vitest';

import {
  type HeadersFunction,
  type HeadersRequest,
  OtlpGrpcLogRecordExporter,
  type OtlpGrpcLogRecordExporterOptions,
} from './index.ts';

const NAME = '@logferry/exporter-otlp-grpc';
const UNAUTHENTICATED = 16;

function exporterTo(endpoint: string, options: OtlpGrpcLogRecordExporterOptions): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({ endpoint, environment: {}, ...options });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

function tokenOf(request: ReceivedRequest): string | undefined {
  return request.headers['authorization']?.[0];
}

/** A receiver that takes one token at a time. */
class Guarded {
  valid = 'token-1';

  async start(): Promise<OtlpReceiver> {
    const receiver = await startOtlpReceiver({
      respond: (request) =>
        tokenOf(request) === this.valid
          ? { kind: 'ok' }
          : { kind: 'status', code: UNAUTHENTICATED, message: 'expired' },
    });
    onTestFinished(() => receiver.close());
    return receiver;
  }
}

/** A headers function that numbers its tokens and notes why it was called. */
function numbered(calls: HeadersRequest[]): HeadersFunction {
  return async (request) => {
    calls.push(request);
    return { authorization: `token-${calls.length}` };
  };
}

describe('a token that the server refuses', () => {
  test('is asked for again, and the request is sent again at once', async () => {
    const guarded = new Guarded();
    guarded.valid = 'token-2';
    const receiver = await guarded.start();
    const calls: HeadersRequest[] = [];
    // The clock stands still: no delay of a retry can have passed.
    const exporter = exporterTo(receiver.endpoint, { clock: new ManualClock(), headers: numbered(calls) });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(calls).toEqual([{ previousRefused: false }, { previousRefused: true }]);
    expect(exporter.stats()).toMatchObject({
      attempts: 2,
      retries: 1,
      failedRecords: 0,
      attemptsByStatus: { UNAUTHENTICATED: 1, OK: 1 },
    });
  });

  test('twice in a row drops the records, counts them, and says so once', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const guarded = new Guarded();
    guarded.valid = 'none';
    const receiver = await guarded.start();
    const calls: HeadersRequest[] = [];
    const exporter = exporterTo(receiver.endpoint, { headers: numbered(calls) });
    expect(await exporter.send(logBatch(['a', 'b']), soon())).toEqual({
      kind: 'failed',
      reason: 'UNAUTHENTICATED: expired',
    });
    expect(calls.length).toBe(2);
    expect(exporter.stats()).toMatchObject({ attempts: 2, deliveredRecords: 0, failedRecords: 2 });
    expect(diagnostics.messages).toEqual([
      `error: ${NAME}: 2 records are lost on the way to 127.0.0.1:${receiver.port}: UNAUTHENTICATED: expired`,
    ]);
  });

  test('again after another refusal is asked for once more: only two in a row are final', async () => {
    const codes = [UNAUTHENTICATED, 14, UNAUTHENTICATED];
    const receiver = await startOtlpReceiver({
      respond: (_request, index) => {
        const code = codes[index];
        return code === undefined ? { kind: 'ok' } : { kind: 'status', code };
      },
    });
    onTestFinished(() => receiver.close());
    const calls: HeadersRequest[] = [];
    const exporter = exporterTo(receiver.endpoint, { headers: numbered(calls), retry: { initialBackoffMillis: 1 } });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(receiver.requests.map(tokenOf)).toEqual(['token-1', 'token-2', 'token-3', 'token-4']);
  });

  test('counts in the budget of attempts', async () => {
    const guarded = new Guarded();
    guarded.valid = 'token-2';
    const receiver = await guarded.start();
    const exporter = exporterTo(receiver.endpoint, { headers: numbered([]), retry: { maxAttempts: 1 } });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({
      kind: 'failed',
      reason: 'given up after 1 attempts: UNAUTHENTICATED: expired',
    });
  });

  test('by HTTP 401 of a proxy is asked for again as well', async () => {
    const peer = await startHttp2Peer((index) => (index === 0 ? httpStatus(401) : correctReply()));
    onTestFinished(() => peer.close());
    const calls: HeadersRequest[] = [];
    const exporter = exporterTo(`http://127.0.0.1:${peer.port}`, { headers: numbered(calls) });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(calls.length).toBe(2);
  });

  test('is not asked for again where the server knows who asks and forbids it', async () => {
    const receiver = await startOtlpReceiver({ respond: () => ({ kind: 'status', code: 7, message: 'no' }) });
    onTestFinished(() => receiver.close());
    const calls: HeadersRequest[] = [];
    const exporter = exporterTo(receiver.endpoint, { headers: numbered(calls), headersMaxAgeMillis: 60_000 });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'failed', reason: 'PERMISSION_DENIED: no' });
    expect(calls.length).toBe(1);
  });

  test('of headers that can not change drops the records at once', async () => {
    const receiver = await new Guarded().start();
    const exporter = exporterTo(receiver.endpoint, { headers: { authorization: 'old' } });
    expect(await exporter.send(logBatch(['a']), soon())).toMatchObject({ kind: 'failed' });
    expect(exporter.stats().attempts).toBe(1);
  });

  test('is not asked for after shutdown', async () => {
    let exporter: OtlpGrpcLogRecordExporter | undefined;
    let stopped: Promise<void> | undefined;
    const receiver = await startOtlpReceiver({
      respond: () => {
        stopped = exporter?.shutdown();
        return { kind: 'status', code: UNAUTHENTICATED, message: 'expired' };
      },
    });
    onTestFinished(() => receiver.close());
    const calls: HeadersRequest[] = [];
    exporter = exporterTo(receiver.endpoint, { headers: numbered(calls) });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({
      kind: 'retryable',
      reason: 'UNAUTHENTICATED: expired',
    });
    await stopped;
    expect(calls.length).toBe(1);
  });
});

describe('headersMaxAgeMillis', () => {
  test('keeps what the function returned so long, and until the server refuses it', async () => {
    const clock = new ManualClock();
    const guarded = new Guarded();
    const receiver = await guarded.start();
    const calls: HeadersRequest[] = [];
    const exporter = exporterTo(receiver.endpoint, { clock, headers: numbered(calls), headersMaxAgeMillis: 1000 });
    const deliver = async (): Promise<void> => {
      expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    };
    await deliver();
    await clock.advance(999);
    await deliver();
    expect(calls.length).toBe(1);
    guarded.valid = 'token-2';
    await clock.advance(1);
    await deliver();
    expect(calls).toEqual([{ previousRefused: false }, { previousRefused: false }]);
    guarded.valid = 'token-3';
    await deliver();
    expect(calls.slice(2)).toEqual([{ previousRefused: true }]);
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 4, failedRecords: 0 });
  });

  test('of 0 asks before each attempt', async () => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const exporter = exporterTo(receiver.endpoint, { headers: numbered([]) });
    for (let index = 0; index < 3; index += 1) await exporter.send(logBatch(['a']), soon());
    expect(receiver.requests.map(tokenOf)).toEqual(['token-1', 'token-2', 'token-3']);
  });

  test('must be a whole number', () => {
    expect(() => exporterTo('http://localhost', { headersMaxAgeMillis: -1 })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: 'headersMaxAgeMillis must be a whole number from 0 to 2147483647; it is -1',
      }),
    );
  });
});

test('attempts at the same time share one call, also after the server has refused them all', async () => {
  const guarded = new Guarded();
  const receiver = await guarded.start();
  const calls: HeadersRequest[] = [];
  const exporter = exporterTo(receiver.endpoint, {
    headers: numbered(calls),
    headersMaxAgeMillis: 60_000,
    maxConcurrentSends: 8,
  });
  const sendEight = async (): Promise<void> => {
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => exporter.send(logBatch(['a']), soon())));
    expect(outcomes.every(({ kind }) => kind === 'delivered')).toBe(true);
  };
  await sendEight();
  expect(calls.length).toBe(1);
  guarded.valid = 'token-2';
  await sendEight();
  expect(calls.length).toBe(2);
  expect(exporter.stats()).toMatchObject({ deliveredRecords: 16, failedRecords: 0 });
});

describe('a headers function that never answers', () => {
  test('ends with the deadline of the attempt, and the next attempt asks anew', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const clock = new ManualClock();
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    let answerLate: ((headers: Record<string, string>) => void) | undefined;
    let calls = 0;
    const exporter = exporterTo(receiver.endpoint, {
      clock,
      timeoutMillis: 5000,
      headersMaxAgeMillis: 60_000,
      retry: { initialBackoffMillis: 1000, jitter: 0 },
      headers: () => {
        calls += 1;
        if (calls > 1) return { authorization: 'in-time' };
        return new Promise((resolve) => {
          answerLate = resolve;
        });
      },
    });
    const sent = exporter.send(logBatch(['a']), soon());
    await clock.advance(4999);
    expect(exporter.stats().attemptsByStatus).toEqual({});
    await clock.advance(1);
    expect(exporter.stats().attemptsByStatus).toEqual({ UNAVAILABLE: 1 });
    await clock.advance(1000);
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
    // What comes too late replaces nothing.
    answerLate?.({ authorization: 'late' });
    await clock.advance(0);
    await exporter.send(logBatch(['b']), soon());
    expect(receiver.requests.map(tokenOf)).toEqual(['in-time', 'in-time']);
    expect(diagnostics.messages).toEqual([
      `warn: ${NAME}: a request to 127.0.0.1:${receiver.port} failed and is tried again: UNAVAILABLE: the headers function did not answer within 5000 ms`,
    ]);
    await exporter.shutdown();
    expect(clock.pendingTimers).toBe(0);
  });

  test('takes its time from that of the call', async () => {
    const clock = new ManualClock();
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    let answer: ((headers: Record<string, string>) => void) | undefined;
    const exporter = exporterTo(receiver.endpoint, {
      clock,
      timeoutMillis: 10_000,
      headers: () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    });
    const sent = exporter.send(logBatch(['a']), soon());
    await clock.advance(7000);
    answer?.({});
    await sent;
    expect(receiver.requests[0]?.timeoutMillis).toBeLessThanOrEqual(3000);
    expect(receiver.requests[0]?.timeoutMillis).toBeGreaterThan(2000);
  });
});
