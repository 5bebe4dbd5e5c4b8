// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { expect, test } from 'vitest';

import { logBatch } from '../log-batch.ts';
import { exporterTo, type ExporterKind, receiverOf } from './exporter-kind.ts';

const forever = new AbortController().signal;

/** Tests of how an exporter ends: attempts in flight, waits, and what comes afterwards. */
export function testLifecycle<Reply extends object>(kind: ExporterKind<Reply>): void {
  const { busy } = kind;
  test('shutdown waits for the attempt in flight, so that its records count as delivered', async () => {
    const receiver = await receiverOf(kind, () => ({ kind: 'ok', delayMillis: 100 }));
    const exporter = exporterTo(kind, receiver);
    const sent = exporter.send(logBatch(['a']), forever);
    await exporter.shutdown();
    expect(await sent).toEqual({ kind: 'delivered', rejectedCount: 0 });
  });

  test('shutdown cancels an attempt that is not answered within five seconds, and the batch is kept', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf(kind, () => ({ kind: 'silence' }));
    const exporter = exporterTo(kind, receiver, { clock });
    const sent = exporter.send(logBatch(['a']), forever);
    await receiver.waitForRequests(1);
    const stopped = exporter.shutdown();
    await clock.advance(5000);
    await stopped;
    expect(await sent).toEqual({ kind: 'retryable', reason: 'cancelled before it was acknowledged' });
    expect(exporter.stats()).toMatchObject({ attemptsByStatus: { CANCELLED_HERE: 1 }, failedRecords: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('a request that is refused during shutdown is not tried again', async () => {
    const receiver = await receiverOf(kind, () => ({ ...busy.reply, delayMillis: 50 }));
    const exporter = exporterTo(kind, receiver, { retry: { initialBackoffMillis: 1 } });
    const sent = exporter.send(logBatch(['a']), forever);
    await receiver.waitForRequests(1);
    await exporter.shutdown();
    expect(await sent).toMatchObject({ kind: 'retryable', reason: busy.reason });
    expect(receiver.stats().requests).toBe(1);
  });

  test('shutdown ends a wait for the next attempt and leaves no timer', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf(kind, () => busy.reply);
    const exporter = exporterTo(kind, receiver, { clock, timeoutMillis: 0, retry: { jitter: 0 } });
    const sent = exporter.send(logBatch(['a']), forever);
    await expect.poll(() => clock.pendingTimers, { interval: 2, timeout: 10_000 }).toBe(1);
    await exporter.shutdown();
    expect(await sent).toEqual({ kind: 'retryable', reason: busy.reason, retryAfterMillis: 1000 });
    expect(clock.pendingTimers).toBe(0);
  });

  test('after shutdown a send fails at once and its records are counted', async () => {
    const receiver = await receiverOf(kind, () => ({ kind: 'ok' }));
    const exporter = exporterTo(kind, receiver);
    await exporter.shutdown();
    expect(await exporter.send(logBatch(['a', 'b']), forever)).toEqual({
      kind: 'failed',
      reason: 'the exporter was shut down',
    });
    expect(exporter.stats()).toMatchObject({ sends: 1, attempts: 0, failedRecords: 2 });
    expect(receiver.stats().requests).toBe(0);
  });

  test('shutdown may be called again, before any send, and at the same time', async () => {
    const receiver = await receiverOf(kind, () => ({ kind: 'ok' }));
    const exporter = exporterTo(kind, receiver);
    await Promise.all([exporter.shutdown(), exporter.shutdown()]);
    await exporter.shutdown();
    await exporter.forceFlush();
  });

  test('forceFlush waits for the sends in flight, and for nothing else', async () => {
    const receiver = await receiverOf(kind, () => ({ kind: 'ok', delayMillis: 50 }));
    const exporter = exporterTo(kind, receiver);
    await exporter.forceFlush();
    let settled = 0;
    const sends = [1, 2, 3].map(async () => {
      await exporter.send(logBatch(['a']), forever);
      settled += 1;
    });
    await exporter.forceFlush();
    await Promise.all(sends);
    expect(settled).toBe(3);
  });

  test('a signal that is aborted already sends nothing', async () => {
    const receiver = await receiverOf(kind, () => ({ kind: 'ok' }));
    const exporter = exporterTo(kind, receiver);
    expect(await exporter.send(logBatch(['a']), AbortSignal.abort())).toEqual({
      kind: 'retryable',
      reason: 'cancelled before it was acknowledged',
    });
    expect(receiver.stats().requests).toBe(0);
  });

  test('a headers function that never answers does not outlive the signal', async () => {
    const receiver = await receiverOf(kind, () => ({ kind: 'ok' }));
    const exporter = exporterTo(kind, receiver, { headers: () => new Promise(() => undefined) });
    const controller = new AbortController();
    const sent = exporter.send(logBatch(['a']), controller.signal);
    controller.abort();
    expect(await sent).toMatchObject({ kind: 'retryable' });
  });

  test('a hundred sends at the same time all arrive', async () => {
    const receiver = await receiverOf(kind, () => ({ kind: 'ok', delayMillis: 20 }));
    const exporter = exporterTo(kind, receiver);
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => exporter.send(logBatch(['a']), forever)));
    expect(outcomes.every((outcome) => outcome.kind === 'delivered')).toBe(true);
    expect(receiver.stats().acceptedRecords).toBe(100);
  });
}
