// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics } from '@logferry-test/support';
import { ManualClock, testRecord } from '@logferry/core/testing';
import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { SharedTextEncoder } from './test-doubles/text-lines.ts';
import { encoded, never, type ScriptedWorker, scriptedWorker } from './test-doubles/worker-setup.ts';

/** Resolves when the worker has begun a send that never ends by itself. */
async function busy(worker: ScriptedWorker): Promise<void> {
  await worker.exporter.send(encoded(worker, 'warm-up'), never());
}

async function inWorker(worker: ScriptedWorker, count: number): Promise<void> {
  await expect.poll(() => worker.exporter.stats().batchesInWorker).toBe(count);
}

test('an aborted send is cancelled in the worker and comes back', async () => {
  const worker = scriptedWorker();
  await busy(worker);
  const controller = new AbortController();
  const sent = worker.exporter.send(encoded(worker, 'wait:60000'), controller.signal);
  controller.abort();
  expect(await sent).toEqual({ kind: 'retryable', reason: 'cancelled in the worker' });
});

test('a send that is aborted while it waits for its turn, here or in the worker, is not made', async () => {
  const worker = scriptedWorker();
  await busy(worker);
  const go = worker.file('go');
  const first = worker.exporter.send(encoded(worker, `wait-for:${go}`), never());
  const controller = new AbortController();
  const others = ['in the worker', 'here'].map((text) =>
    worker.exporter.send(encoded(worker, text), controller.signal),
  );
  await inWorker(worker, 2);
  controller.abort();
  expect(await Promise.all(others)).toEqual([
    { kind: 'retryable', reason: 'the send was aborted' },
    { kind: 'retryable', reason: 'the send was aborted' },
  ]);
  writeFileSync(go, '');
  expect(await first).toMatchObject({ kind: 'delivered' });
  expect(worker.delivered()).toEqual(['warm-up', `wait-for:${go}`]);
});

test('a send that is aborted before it begins does not start the worker', async () => {
  const worker = scriptedWorker();
  expect(await worker.exporter.send(encoded(worker, 'x'), AbortSignal.abort())).toMatchObject({ kind: 'retryable' });
  expect(worker.exporter.stats()).toMatchObject({ starts: 0, pendingBytes: 0 });
});

test('an aborted send comes back also from a worker that is stuck, and its memory is not used again before the worker answers', async () => {
  const clock = new ManualClock();
  const worker = scriptedWorker({}, { clock });
  const encoder = worker.exporter.createEncoder();
  await busy(worker);
  const allocated = SharedTextEncoder.allocated.length;
  encoder.append(testRecord({ body: 'spin:700' }));
  const stuck = encoder.take()!;
  const controller = new AbortController();
  const sent = worker.exporter.send(stuck, controller.signal);
  controller.abort();
  await clock.advance(1000);
  expect(await sent).toEqual({ kind: 'retryable', reason: 'the send was aborted, and the worker has not answered' });
  stuck.release();
  encoder.append(testRecord({ body: 'next' }));
  const next = encoder.take()!;
  expect(SharedTextEncoder.allocated.length - allocated).toBe(2);
  // The same message port: its answer comes behind that of the stuck one.
  await worker.exporter.send(next, never());
  encoder.append(testRecord({ body: 'last' }));
  const last = encoder.take()!;
  expect(SharedTextEncoder.allocated.length - allocated).toBe(2);
  expect(last.bytes.buffer).toBe(SharedTextEncoder.allocated[allocated]);
  expect(worker.delivered()).toEqual(['warm-up', 'spin:700', 'next']);
});

test('a batch that was given up and arrived after all is not sent twice', async () => {
  const clock = new ManualClock();
  const worker = scriptedWorker({}, { clock });
  await busy(worker);
  for (const comesBack of ['while the worker has it', 'after the answer']) {
    const batch = encoded(worker, 'spin:300', comesBack);
    const controller = new AbortController();
    const sent = worker.exporter.send(batch, controller.signal);
    controller.abort();
    await clock.advance(1000);
    expect(await sent).toMatchObject({ kind: 'retryable' });
    if (comesBack === 'after the answer') await inWorker(worker, 0);
    expect(await worker.exporter.send(batch, never())).toEqual({ kind: 'delivered', rejectedCount: 0 });
  }
  expect(worker.delivered()).toEqual([
    'warm-up',
    'spin:300',
    'while the worker has it',
    'spin:300',
    'after the answer',
  ]);
  expect(worker.exporter.stats()).toMatchObject({ deliveredRecords: 5, pendingBytes: 0 });
});

test('a batch that was given up, comes again and did not arrive is sent again', async () => {
  const clock = new ManualClock();
  const worker = scriptedWorker({}, { clock });
  await busy(worker);
  const go = worker.file('go');
  const batch = encoded(worker, 'spin:300', `wait-for:${go}`);
  const controller = new AbortController();
  const sent = worker.exporter.send(batch, controller.signal);
  controller.abort();
  await clock.advance(1000);
  expect(await sent).toMatchObject({ kind: 'retryable' });
  const again = worker.exporter.send(batch, never());
  await expect.poll(() => worker.delivered().length, { timeout: 5000 }).toBe(3);
  writeFileSync(go, '');
  expect(await again).toMatchObject({ kind: 'delivered' });
  expect(worker.delivered()).toEqual(['warm-up', 'spin:300', 'spin:300', `wait-for:${go}`]);
});

test('a worker that hangs is ended and started again, and what waited behind is delivered', async () => {
  const diagnostics = captureDiagnostics();
  const clock = new ManualClock();
  const worker = scriptedWorker({}, { clock, hangTimeoutMillis: 5000, initialRestartDelayMillis: 0 });
  await busy(worker);
  const controller = new AbortController();
  const hanging = encoded(worker, 'spin-for-ever');
  const sent = worker.exporter.send(hanging, controller.signal);
  const behind = worker.exporter.send(encoded(worker, 'behind'), never());
  await inWorker(worker, 2);
  controller.abort();
  await clock.advance(1000);
  expect(await sent).toMatchObject({ kind: 'retryable' });
  await clock.advance(4000);
  expect(await behind).toMatchObject({ kind: 'delivered' });
  expect(worker.exporter.stats()).toMatchObject({ starts: 2, crashes: 1, pendingBytes: 0 });
  expect(diagnostics.messages[0]).toBe(
    'error: @logferry/exporter-worker: the worker thread gave no answer for 5000 ms and is ended',
  );
});

test('one batch is not sent twice at the same time', async () => {
  const worker = scriptedWorker();
  const batch = encoded(worker, 'once');
  const first = worker.exporter.send(batch, never());
  expect(await worker.exporter.send(batch, never())).toEqual({
    kind: 'retryable',
    reason: 'the batch is being sent already',
  });
  expect(await first).toMatchObject({ kind: 'delivered' });
  expect(worker.delivered()).toEqual(['once']);
});
