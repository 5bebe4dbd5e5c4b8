// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { captureDiagnostics } from '@logferry-test/support';
import { writeFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';

import { SharedTextEncoder, textBatch } from './test-doubles/text-lines.ts';
import { encoded, never, scriptedWorker } from './test-doubles/worker-setup.ts';

test('batches arrive whole and in order, and the counters say so', async () => {
  const worker = scriptedWorker();
  const batches = Array.from({ length: 50 }, (_, index) => encoded(worker, `a${index}`, `b${index}`));
  const outcomes = await Promise.all(batches.map((batch) => worker.exporter.send(batch, never())));
  expect(outcomes).toEqual(batches.map(() => ({ kind: 'delivered', rejectedCount: 0 })));
  expect(worker.delivered()).toEqual(Array.from({ length: 50 }, (_, index) => [`a${index}`, `b${index}`]).flat());
  expect(worker.exporter.stats()).toEqual({
    sends: 50,
    deliveredRecords: 100,
    rejectedRecords: 0,
    failedRecords: 0,
    resentBatches: 0,
    copiedBatches: 0,
    batchesInWorker: 0,
    waitingBatches: 0,
    pendingBytes: 0,
    starts: 1,
    crashes: 0,
    exporter: { sends: 50 },
  });
});

test('no thread is started before the first send', () => {
  const { exporter } = scriptedWorker();
  exporter.createEncoder().append(testRecord());
  expect(exporter.stats()).toMatchObject({ starts: 0, exporter: undefined });
});

test('the worker is given one batch more than the exporter sends at the same time, and the others wait here', async () => {
  const worker = scriptedWorker({ maxConcurrentSends: 2 });
  expect(worker.exporter.maxConcurrentSends).toBe(3);
  const go = worker.file('go');
  const sends = Array.from({ length: 6 }, () => worker.exporter.send(encoded(worker, `crash-unless:${go}`), never()));
  expect(worker.exporter.stats()).toMatchObject({ batchesInWorker: 0, waitingBatches: 6 });
  await Promise.all(sends);
  const wait = worker.file('wait');
  const waiting = Array.from({ length: 6 }, () => worker.exporter.send(encoded(worker, `wait-for:${wait}`), never()));
  await delay(1);
  expect(worker.exporter.stats()).toMatchObject({ batchesInWorker: 3, waitingBatches: 3 });
  await worker.exporter.send(encoded(worker, 'x'), AbortSignal.abort());
  writeFileSync(wait, '');
  await Promise.all(waiting);
});

test('each outcome comes through as it is', async () => {
  const worker = scriptedWorker();
  const outcomeOf = (...texts: string[]) => worker.exporter.send(encoded(worker, ...texts), never());
  expect(await outcomeOf('a', 'refused', 'refused')).toEqual({ kind: 'delivered', rejectedCount: 2 });
  expect(await outcomeOf('retryable', 'b')).toEqual({
    kind: 'retryable',
    reason: 'come again',
    retryAfterMillis: 5,
    rejectedCount: 0,
  });
  expect(await outcomeOf('failed', 'c', 'd')).toEqual({ kind: 'failed', reason: 'no' });
  expect(worker.exporter.stats()).toMatchObject({ deliveredRecords: 1, rejectedRecords: 2, failedRecords: 3 });
});

test('an exporter that breaks its contract and rejects costs the batch alone, and its words are not repeated', async () => {
  const worker = scriptedWorker();
  expect(await worker.exporter.send(encoded(worker, 'reject'), never())).toEqual({
    kind: 'failed',
    reason: "the exporter's send rejected: TypeError",
  });
  expect(await worker.exporter.send(encoded(worker, 'next'), never())).toMatchObject({ kind: 'delivered' });
});

test('what is left of a batch comes back as a batch that can be sent', async () => {
  const worker = scriptedWorker();
  const outcome = await worker.exporter.send(encoded(worker, 'partly', 'second', 'third'), never());
  expect(outcome).toMatchObject({ kind: 'retryable', reason: 'the rest later', remaining: { recordCount: 2 } });
  const { remaining } = outcome as Extract<typeof outcome, { kind: 'retryable' }>;
  expect(worker.exporter.stats()).toMatchObject({ deliveredRecords: 1 });
  await worker.exporter.send(remaining!, never());
  expect(worker.delivered()).toEqual(['partly', 'second', 'third']);
  expect(worker.exporter.stats()).toMatchObject({ deliveredRecords: 3, copiedBatches: 1 });
});

test('a batch behind one that has to be sent again comes back as well, so that order is kept', async () => {
  const worker = scriptedWorker();
  const sends = ['retryable', 'second'].map((text) => worker.exporter.send(encoded(worker, text), never()));
  expect(await Promise.all(sends)).toEqual([
    expect.objectContaining({ kind: 'retryable', reason: 'come again' }),
    { kind: 'retryable', reason: 'an earlier batch has to be sent first' },
  ]);
  expect(worker.delivered()).toEqual([]);
});

test('shared memory is used again as soon as a batch is released: 1,000 batches take that of two', async () => {
  const worker = scriptedWorker();
  const encoder = worker.exporter.createEncoder();
  const before = SharedTextEncoder.allocated.length;
  for (let index = 0; index < 500; index += 1) {
    const pair = ['a', 'b'].map((name) => {
      encoder.append(testRecord({ body: `${name}${index}` }));
      return encoder.take()!;
    });
    await Promise.all(pair.map((batch) => worker.exporter.send(batch, never())));
    for (const batch of pair) batch.release();
  }
  expect(SharedTextEncoder.allocated.length - before).toBe(2);
  expect(worker.delivered()).toHaveLength(1000);
  expect(worker.exporter.stats()).toMatchObject({ pendingBytes: 0, copiedBatches: 0 });
});

test('a batch of another encoder is copied once, and its memory is the caller’s when the send has settled', async () => {
  const worker = scriptedWorker();
  const batch = textBatch(['foreign']);
  await worker.exporter.send(batch, never());
  batch.bytes.fill(0);
  expect(worker.delivered()).toEqual(['foreign']);
  expect(worker.exporter.stats()).toMatchObject({ copiedBatches: 1 });
});

test('batches beyond the bound are turned away and nothing is lost', async () => {
  const worker = scriptedWorker({}, { maxQueueBytes: 1 });
  const wait = worker.file('wait');
  const first = worker.exporter.send(encoded(worker, `wait-for:${wait}`), never());
  expect(await worker.exporter.send(encoded(worker, 'second'), never())).toEqual({
    kind: 'retryable',
    reason: 'more than 1 bytes wait for the worker',
  });
  writeFileSync(wait, '');
  expect(await first).toMatchObject({ kind: 'delivered' });
});

test('a processor that hands over records gets the result of its export', async () => {
  const worker = scriptedWorker();
  const results = ['fine', 'failed'].map(
    (body) => new Promise((resolve) => worker.exporter.export([testRecord({ body })], resolve)),
  );
  expect(await Promise.all(results)).toEqual([
    { code: 0 },
    { code: 1, error: expect.objectContaining({ code: 'EXPORT_FAILED', message: 'no' }) },
  ]);
});

test('an export behind one that failed is delivered all the same, because nobody would send it again', async () => {
  const worker = scriptedWorker();
  const results = ['retryable', 'second', 'third'].map(
    (body) => new Promise((resolve) => worker.exporter.export([testRecord({ body })], resolve)),
  );
  expect(await Promise.all(results)).toEqual([expect.objectContaining({ code: 1 }), { code: 0 }, { code: 0 }]);
  expect(worker.delivered().toSorted()).toEqual(['second', 'third']);
});

test('what the exporter says in the worker reaches the diagnostics of the application, once', async () => {
  const diagnostics = captureDiagnostics();
  const worker = scriptedWorker();
  await worker.exporter.send(encoded(worker, 'say:all is well'), never());
  expect(diagnostics.messages).toEqual(['error: said: all is well']);
});

test('a batch gives up records as that of the encoder does, and the rest can be sent', async () => {
  const worker = scriptedWorker();
  const batch = encoded(worker, 'debug: a', 'error: b');
  expect(batch.filterBySeverity?.(() => true)).toBe(batch);
  expect(batch.filterBySeverity?.(() => false)).toBeUndefined();
  const severe = batch.filterBySeverity?.((severityNumber) => severityNumber >= 17);
  batch.release();
  expect(await worker.exporter.send(severe!, never())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(worker.delivered()).toEqual(['error: b']);
});
