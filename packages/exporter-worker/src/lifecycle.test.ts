// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { expect, test } from 'vitest';

import { encoded, never, scriptedWorker } from './test-doubles/worker-setup.ts';

test('a flush waits for what was sent before and flushes the exporter in the worker', async () => {
  const worker = scriptedWorker();
  const sends = ['wait:20', 'b', 'c'].map((text) => worker.exporter.send(encoded(worker, text), never()));
  await worker.exporter.forceFlush();
  expect(worker.delivered()).toEqual(['wait:20', 'b', 'c', 'flushed']);
  await Promise.all(sends);
});

test('a flush with nothing to do starts no thread', async () => {
  const worker = scriptedWorker();
  await worker.exporter.forceFlush();
  expect(worker.exporter.stats().starts).toBe(0);
});

test('a flush goes on when the worker dies', async () => {
  const worker = scriptedWorker();
  const sent = worker.exporter.send(encoded(worker, `crash-unless:${worker.file('died')}`), never());
  await worker.exporter.forceFlush();
  expect(worker.delivered()).toHaveLength(2);
  expect(worker.delivered()[1]).toBe('flushed');
  await sent;
});

test('a flush ends after 30 s with a send that does not', async () => {
  const clock = new ManualClock();
  const worker = scriptedWorker({}, { clock });
  const controller = new AbortController();
  const sent = worker.exporter.send(encoded(worker, 'wait:600000'), controller.signal);
  const flushed = worker.exporter.forceFlush().catch((error: unknown) => error);
  await clock.advance(30_000);
  expect(await flushed).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: 'the flush did not end within 30000 ms',
  });
  controller.abort();
  expect(await sent).toMatchObject({ kind: 'retryable' });
});

test('what the exporter’s flush throws comes through', async () => {
  const worker = scriptedWorker({ mood: 'bad' });
  await worker.exporter.send(encoded(worker, 'a'), never());
  await expect(worker.exporter.forceFlush()).rejects.toMatchObject({
    name: 'LogferryError',
    code: 'DEADLINE_EXCEEDED',
    message: 'not in the mood to flush',
  });
});

test('a shutdown delivers what was sent before, shuts the exporter down and ends the thread', async () => {
  const worker = scriptedWorker();
  const sends = ['wait:20', 'b', 'c', 'd'].map((text) => worker.exporter.send(encoded(worker, text), never()));
  await worker.exporter.shutdown();
  expect(await Promise.all(sends)).toEqual(sends.map(() => ({ kind: 'delivered', rejectedCount: 0 })));
  expect(worker.delivered().toSorted()).toEqual(['b', 'c', 'd', 'shut down', 'wait:20']);
  expect(worker.exporter.stats()).toMatchObject({ starts: 1, crashes: 0, pendingBytes: 0 });
});

test('a shutdown comes once, also when it is asked for twice, and later sends fail', async () => {
  const worker = scriptedWorker();
  await worker.exporter.send(encoded(worker, 'a'), never());
  await Promise.all([worker.exporter.shutdown(), worker.exporter.shutdown()]);
  await worker.exporter.shutdown();
  expect(worker.delivered()).toEqual(['a', 'shut down']);
  expect(await worker.exporter.send(encoded(worker, 'late'), never())).toEqual({
    kind: 'failed',
    reason: 'the exporter was shut down',
  });
  await worker.exporter.forceFlush();
});

test('a shutdown before the first send starts no thread', async () => {
  const worker = scriptedWorker();
  await worker.exporter.shutdown();
  expect(worker.exporter.stats().starts).toBe(0);
});

test('a shutdown that takes too long is cut off, and what is left comes back', async () => {
  const clock = new ManualClock();
  const worker = scriptedWorker({}, { clock, shutdownTimeoutMillis: 3000 });
  await worker.exporter.send(encoded(worker, 'a'), never());
  const sent = worker.exporter.send(encoded(worker, 'spin-for-ever'), never());
  const down = worker.exporter.shutdown().catch((error: unknown) => error);
  await clock.advance(3000);
  expect(await sent).toEqual({ kind: 'retryable', reason: 'the exporter was shut down' });
  expect(await down).toMatchObject({
    code: 'DEADLINE_EXCEEDED',
    message: 'the shutdown in the worker thread did not end within 3000 ms',
  });
  expect(worker.exporter.stats()).toMatchObject({ pendingBytes: 0, batchesInWorker: 0 });
  expect(clock.pendingTimers).toBe(0);
});

test('what the exporter’s shutdown throws comes through without foreign words, and the thread ends all the same', async () => {
  const worker = scriptedWorker({ mood: 'bad' });
  await worker.exporter.send(encoded(worker, 'a'), never());
  await expect(worker.exporter.shutdown()).rejects.toMatchObject({ name: 'TypeError', message: 'TypeError' });
  expect(worker.exporter.stats()).toMatchObject({ crashes: 0 });
});

test('a shutdown while a worker that died waits for its restart gives back what is left', async () => {
  const worker = scriptedWorker({}, { initialRestartDelayMillis: 100_000, maxCrashesPerBatch: 100 });
  const sent = worker.exporter.send(encoded(worker, 'crash'), never());
  await expect.poll(() => worker.exporter.stats().crashes).toBe(1);
  await worker.exporter.shutdown();
  expect(await sent).toEqual({ kind: 'retryable', reason: 'the exporter was shut down' });
});

test('no timer is left when all is done', async () => {
  const clock = new ManualClock();
  const worker = scriptedWorker({}, { clock });
  const controller = new AbortController();
  await worker.exporter.send(encoded(worker, 'a'), never());
  const sent = worker.exporter.send(encoded(worker, 'wait:60000'), controller.signal);
  controller.abort();
  await sent;
  await worker.exporter.shutdown();
  expect(clock.pendingTimers).toBe(0);
});
