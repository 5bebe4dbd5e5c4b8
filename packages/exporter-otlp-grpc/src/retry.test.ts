// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import {
  captureDiagnostics,
  logBatch,
  logBodies,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startOtlpReceiver,
} from '@logferry-test/support';
import { describe, expect, onTestFinished, test, vi } from 'vitest';

import { OtlpGrpcLogRecordExporter, type OtlpGrpcLogRecordExporterOptions } from './index.ts';

async function receiverOf(respond: NonNullable<OtlpReceiverOptions['respond']>): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver({ respond });
  onTestFinished(() => receiver.close());
  return receiver;
}

function exporterTo(receiver: OtlpReceiver, options: OtlpGrpcLogRecordExporterOptions): OtlpGrpcLogRecordExporter {
  const exporter = new OtlpGrpcLogRecordExporter({ endpoint: receiver.endpoint, environment: {}, ...options });
  onTestFinished(() => exporter.shutdown());
  return exporter;
}

function soon(): AbortSignal {
  return AbortSignal.timeout(10_000);
}

/** Resolves when the exporter waits for its next attempt. */
async function waitingForRetry(clock: ManualClock): Promise<void> {
  await expect.poll(() => clock.pendingTimers, { interval: 2, timeout: 10_000 }).toBe(1);
}

describe('the retry table', () => {
  const retried = [
    [1, 'CANCELLED'],
    [4, 'DEADLINE_EXCEEDED'],
    [10, 'ABORTED'],
    [11, 'OUT_OF_RANGE'],
    [14, 'UNAVAILABLE'],
    [15, 'DATA_LOSS'],
  ] as const;
  test.each(retried)('status %i %s is retried', async (code, name) => {
    const receiver = await receiverOf((_request, index) =>
      index < 2 ? { kind: 'status', code, message: 'not now' } : { kind: 'ok' },
    );
    const exporter = exporterTo(receiver, { retry: { initialBackoffMillis: 1 } });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(exporter.stats()).toMatchObject({ attempts: 3, retries: 2, attemptsByStatus: { [name]: 2, OK: 1 } });
  });

  const dropped = [
    [2, 'UNKNOWN'],
    [3, 'INVALID_ARGUMENT'],
    [5, 'NOT_FOUND'],
    [6, 'ALREADY_EXISTS'],
    [7, 'PERMISSION_DENIED'],
    [8, 'RESOURCE_EXHAUSTED'],
    [9, 'FAILED_PRECONDITION'],
    [12, 'UNIMPLEMENTED'],
    [13, 'INTERNAL'],
    [16, 'UNAUTHENTICATED'],
    [99, 'STATUS_99'],
  ] as const;
  test.each(dropped)('status %i %s drops the records and counts them', async (code, name) => {
    const receiver = await receiverOf(() => ({ kind: 'status', code, message: 'never' }));
    const exporter = exporterTo(receiver, { retry: { initialBackoffMillis: 1 } });
    expect(await exporter.send(logBatch(['a', 'b']), soon())).toEqual({ kind: 'failed', reason: `${name}: never` });
    expect(exporter.stats()).toMatchObject({ attempts: 1, retries: 0, deliveredRecords: 0, failedRecords: 2 });
  });

  test('RESOURCE_EXHAUSTED with RetryInfo is retried', async () => {
    const receiver = await receiverOf((_request, index) =>
      index === 0 ? { kind: 'status', code: 8, retryInfo: { seconds: 0, nanos: 1 } } : { kind: 'ok' },
    );
    const exporter = exporterTo(receiver, { retry: { initialBackoffMillis: 1 } });
    expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(exporter.stats()).toMatchObject({ attempts: 2, retries: 1 });
  });
});

describe('waiting', () => {
  test('the delay grows to its bound', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf((_request, index) => (index < 4 ? { kind: 'status', code: 14 } : { kind: 'ok' }));
    const exporter = exporterTo(receiver, {
      clock,
      retry: { initialBackoffMillis: 1000, maxBackoffMillis: 2000, multiplier: 1.5, jitter: 0 },
    });
    const sent = exporter.send(logBatch(['a']), soon());
    for (const delayMillis of [1000, 1500, 2000, 2000]) {
      await waitingForRetry(clock);
      const before = receiver.stats().requests;
      await clock.advance(delayMillis - 1);
      expect(clock.pendingTimers).toBe(1);
      await clock.advance(1);
      await receiver.waitForRequests(before + 1);
    }
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test.each([
    ['the shortest', 0, 800],
    ['the plain', 0.5, 1000],
    ['nearly the longest', 0.999, 1200],
  ])('jitter spreads the delay to both sides: %s', async (_what, drawn, waitMillis) => {
    const clock = new ManualClock();
    const receiver = await receiverOf((_request, index) => (index < 1 ? { kind: 'status', code: 14 } : { kind: 'ok' }));
    const exporter = exporterTo(receiver, { clock, retry: { initialBackoffMillis: 1000, jitter: 0.2 } });
    const random = vi.spyOn(Math, 'random').mockReturnValue(drawn);
    onTestFinished(() => random.mockRestore());
    const sent = exporter.send(logBatch(['a']), soon());
    await waitingForRetry(clock);
    await clock.advance(waitMillis - 1);
    expect(receiver.stats().requests).toBe(1);
    await clock.advance(1);
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });

  test('jitter never makes the delay shorter than the server asked for', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf((_request, index) =>
      index === 0 ? { kind: 'status', code: 8, retryInfo: { seconds: 30 } } : { kind: 'ok' },
    );
    const exporter = exporterTo(receiver, { clock, retry: { initialBackoffMillis: 1000, jitter: 1 } });
    const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
    onTestFinished(() => random.mockRestore());
    const sent = exporter.send(logBatch(['a']), soon());
    await waitingForRetry(clock);
    await clock.advance(30_499);
    expect(receiver.stats().requests).toBe(1);
    await clock.advance(1);
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });

  test.each([
    ['30 s', { seconds: 30 }, 30_000],
    ['1.5 s', { seconds: 1, nanos: 500_000_000 }, 1500],
    ['a negative time', { seconds: -5 }, 100],
    ['10 years', { seconds: 315_360_000 }, 300_000],
  ])('RetryInfo of %s is waited for, at least and within five minutes', async (_what, retryInfo, waitMillis) => {
    const clock = new ManualClock();
    const receiver = await receiverOf((_request, index) =>
      index === 0 ? { kind: 'status', code: 14, retryInfo } : { kind: 'ok' },
    );
    const exporter = exporterTo(receiver, { clock, retry: { initialBackoffMillis: 100, jitter: 0 } });
    const sent = exporter.send(logBatch(['a']), soon());
    await waitingForRetry(clock);
    await clock.advance(waitMillis - 1);
    expect(receiver.stats().requests).toBe(1);
    await clock.advance(1);
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });

  test.each([
    ['rubbish', new Uint8Array([0xff, 0xff, 0xff])],
    ['an empty status', new Uint8Array()],
  ])('%s in place of RetryInfo is no RetryInfo', async (_what, statusDetails) => {
    const clock = new ManualClock();
    const receiver = await receiverOf((_request, index) =>
      index === 0 ? { kind: 'status', code: 14, statusDetails } : { kind: 'ok' },
    );
    const exporter = exporterTo(receiver, { clock, retry: { initialBackoffMillis: 100, jitter: 0 } });
    const sent = exporter.send(logBatch(['a']), soon());
    await waitingForRetry(clock);
    await clock.advance(100);
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });

  test('the signal ends the wait at once; the rest of the delay is passed on', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf(() => ({
      kind: 'status',
      code: 14,
      message: 'busy',
      retryInfo: { seconds: 30 },
    }));
    const exporter = exporterTo(receiver, { clock, retry: { jitter: 0 } });
    const controller = new AbortController();
    const sent = exporter.send(logBatch(['a']), controller.signal);
    await waitingForRetry(clock);
    await clock.advance(10_000);
    controller.abort();
    expect(await sent).toEqual({ kind: 'retryable', reason: 'UNAVAILABLE: busy', retryAfterMillis: 20_000 });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('the budget of one send', () => {
  test('ends it after so many attempts, and the records are lost and counted', async () => {
    const receiver = await receiverOf(() => ({ kind: 'status', code: 14, message: 'busy' }));
    const exporter = exporterTo(receiver, { retry: { initialBackoffMillis: 1, maxAttempts: 3 } });
    expect(await exporter.send(logBatch(['a', 'b']), soon())).toEqual({
      kind: 'failed',
      reason: 'given up after 3 attempts: UNAVAILABLE: busy',
    });
    expect(receiver.stats().requests).toBe(3);
    expect(exporter.stats()).toMatchObject({ attempts: 3, retries: 2, failedRecords: 2 });
  });

  test('ends it before a delay that would pass its time', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf(() => ({ kind: 'status', code: 14, message: 'busy' }));
    const exporter = exporterTo(receiver, {
      clock,
      retry: { initialBackoffMillis: 1000, multiplier: 2, jitter: 0, maxElapsedMillis: 5000 },
    });
    const sent = exporter.send(logBatch(['a']), soon());
    for (const delayMillis of [1000, 2000]) {
      await waitingForRetry(clock);
      await clock.advance(delayMillis);
    }
    expect(await sent).toEqual({
      kind: 'failed',
      reason: 'given up after 3 attempts and 5000 ms: UNAVAILABLE: busy',
    });
  });
});

test('a part of a split batch has a budget of its own, and what it loses is counted', async () => {
  const receiver = await receiverOf((request) => {
    if (request.recordCount > 2) return { kind: 'status', code: 8, message: 'too much' };
    const [first = ''] = logBodies(request.bytes);
    return first.startsWith('a') ? { kind: 'status', code: 14, message: 'busy' } : { kind: 'ok' };
  });
  const exporter = exporterTo(receiver, { retry: { initialBackoffMillis: 1, maxAttempts: 2 } });
  const body = (name: string): string => name.padEnd(50_000, '.');
  expect(await exporter.send(logBatch(['a', 'b', 'c', 'd'].map(body)), soon())).toEqual({
    kind: 'delivered',
    rejectedCount: 2,
    message: 'given up after 2 attempts: UNAVAILABLE: busy',
  });
  expect(exporter.stats()).toMatchObject({
    attempts: 4,
    splits: 1,
    deliveredRecords: 2,
    failedRecords: 2,
    attemptsByStatus: { RESOURCE_EXHAUSTED: 1, UNAVAILABLE: 2, OK: 1 },
  });
});

test('an attempt ends at its deadline and the batch is sent again', async () => {
  const receiver = await receiverOf((_request, index) => (index === 0 ? { kind: 'silence' } : { kind: 'ok' }));
  const exporter = exporterTo(receiver, { timeoutMillis: 500, retry: { initialBackoffMillis: 1 } });
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(exporter.stats()).toMatchObject({ attemptsByStatus: { DEADLINE_EXCEEDED: 1, OK: 1 } });
});

test('a timeout of 0 sets no deadline', async () => {
  const receiver = await receiverOf(() => ({ kind: 'ok', delayMillis: 50 }));
  const exporter = exporterTo(receiver, { timeoutMillis: 0 });
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(receiver.requests[0]?.timeoutMillis).toBe(Infinity);
});

test('a server that quotes a header value in its error does not bring it into a message', async () => {
  const diagnostics = captureDiagnostics();
  onTestFinished(() => diagnostics.stop());
  const receiver = await receiverOf(() => ({
    kind: 'status',
    code: 16,
    message: 'bad token s3cr3t-t0ken-value\r\nof you',
  }));
  const exporter = exporterTo(receiver, { headers: { authorization: 'Bearer s3cr3t-t0ken-value' } });
  expect(await exporter.send(logBatch(['a']), soon())).toEqual({
    kind: 'failed',
    reason: 'UNAUTHENTICATED: bad token [header value]\\u{d}\\u{a}of you',
  });
  expect(diagnostics.messages).toEqual([
    `error: @logferry/exporter-otlp-grpc: 1 record is lost on the way to 127.0.0.1:${receiver.port}: UNAUTHENTICATED: bad token [header value]\\u{d}\\u{a}of you`,
  ]);
});
