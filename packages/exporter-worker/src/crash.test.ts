// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics } from '@logferry-test/support';
import { ManualClock } from '@logferry/core/testing';
import { rmSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { WorkerLogRecordExporter } from './index.ts';
import { ScriptedExporter } from './test-doubles/scripted-exporter.ts';
import { encoded, never, scriptedWorker } from './test-doubles/worker-setup.ts';

test('a worker that dies is started again and sends what was not acknowledged, in order', async () => {
  const diagnostics = captureDiagnostics();
  const worker = scriptedWorker();
  const marker = worker.file('died');
  const texts = ['a', `crash-unless:${marker}`, 'b', 'c'];
  const outcomes = await Promise.all(texts.map((text) => worker.exporter.send(encoded(worker, text), never())));
  expect(outcomes).toEqual(texts.map(() => ({ kind: 'delivered', rejectedCount: 0 })));
  expect(worker.delivered()).toEqual(texts);
  expect(worker.exporter.stats()).toMatchObject({ starts: 2, crashes: 1, resentBatches: 1, deliveredRecords: 4 });
  expect(diagnostics.messages).toEqual([
    'error: @logferry/exporter-worker: the worker thread ended and is started again: it ended with code 4',
  ]);
});

test('a batch that the worker always dies of is given up after three crashes, and the others arrive', async () => {
  const diagnostics = captureDiagnostics();
  const worker = scriptedWorker();
  const sends = ['a', 'crash', 'b', 'c'].map((text) => worker.exporter.send(encoded(worker, text), never()));
  const reason = 'the worker thread ended 3 times while it sent this batch: it ended with code 3';
  expect(await Promise.all(sends)).toEqual([
    { kind: 'delivered', rejectedCount: 0 },
    { kind: 'failed', reason },
    { kind: 'delivered', rejectedCount: 0 },
    { kind: 'delivered', rejectedCount: 0 },
  ]);
  expect(worker.delivered()).toEqual(['a', 'b', 'c']);
  expect(worker.exporter.stats()).toMatchObject({ crashes: 3, failedRecords: 1, deliveredRecords: 3 });
  expect(diagnostics.messages).toContain(`error: @logferry/exporter-worker: 1 records are lost: ${reason}`);
});

test('of several batches that are sent at the same time only the one that kills the worker is given up', async () => {
  const worker = scriptedWorker({ maxConcurrentSends: 3 });
  const sends = ['wait:50', 'crash', 'wait:50', 'wait:50'].map((text) =>
    worker.exporter.send(encoded(worker, text), never()),
  );
  expect((await Promise.all(sends)).map(({ kind }) => kind)).toEqual(['delivered', 'failed', 'delivered', 'delivered']);
  expect(worker.delivered()).toEqual(['wait:50', 'wait:50', 'wait:50']);
});

test('an uncaught error ends the worker, and its text is not repeated', async () => {
  const diagnostics = captureDiagnostics();
  const worker = scriptedWorker({}, { maxCrashesPerBatch: 1 });
  expect(await worker.exporter.send(encoded(worker, 'throw-later'), never())).toEqual({
    kind: 'failed',
    reason: 'the worker thread ended 1 times while it sent this batch: RangeError ERR_SCRIPTED',
  });
  expect(diagnostics.messages.join()).not.toContain('secret');
});

test('a worker that takes more memory than it may ends alone', async () => {
  const worker = scriptedWorker({}, { maxCrashesPerBatch: 1, resourceLimits: { maxOldGenerationSizeMb: 32 } });
  expect(await worker.exporter.send(encoded(worker, 'oom'), never())).toEqual({
    kind: 'failed',
    reason: 'the worker thread ended 1 times while it sent this batch: Error ERR_WORKER_OUT_OF_MEMORY',
  });
  expect(await worker.exporter.send(encoded(worker, 'next'), never())).toMatchObject({ kind: 'delivered' });
});

test('a worker that can’t start says why, tries again, and delivers when it can', async () => {
  const diagnostics = captureDiagnostics();
  const worker = scriptedWorker();
  const obstacle = worker.file('obstacle');
  writeFileSync(obstacle, '');
  const blocked = scriptedWorker({ failsInWorkerWhile: obstacle });
  const controller = new AbortController();
  const given = blocked.exporter.send(encoded(blocked, 'given up'), controller.signal);
  const kept = blocked.exporter.send(encoded(blocked, 'kept'), never());
  await expect.poll(() => blocked.exporter.stats().starts).toBeGreaterThan(1);
  controller.abort();
  const why = `the worker thread can't be started: ScriptedExporter of ${ScriptedExporter.workerSupport.moduleUrl}: ${obstacle} is in the way`;
  expect(await given).toEqual({ kind: 'retryable', reason: `the send was aborted; ${why}` });
  expect(diagnostics.messages).toEqual([`error: @logferry/exporter-worker: ${why}`]);
  rmSync(obstacle);
  expect(await kept).toEqual({ kind: 'delivered', rejectedCount: 0 });
  expect(blocked.delivered()).toEqual(['kept']);
});

test.each([
  ['a module that is missing', { moduleUrl: 'file:///nowhere/exporter.js' }, /Error ERR_MODULE_NOT_FOUND$/],
  ['a module without the class', { exportName: 'Other' }, /exports no Other \(was it bundled\?/],
])('%s is named', async (_, wrong, reason) => {
  const diagnostics = captureDiagnostics();
  class Misplaced extends ScriptedExporter {
    static override readonly workerSupport = { ...ScriptedExporter.workerSupport, ...wrong };
  }
  const exporter = new WorkerLogRecordExporter(Misplaced, { journal: '/dev/null' });
  const worker = { ...scriptedWorker(), exporter };
  const controller = new AbortController();
  const sent = exporter.send(encoded(worker, 'x'), controller.signal);
  await expect.poll(() => diagnostics.messages).toEqual([expect.stringMatching(reason)]);
  controller.abort();
  expect(await sent).toEqual({ kind: 'retryable', reason: expect.stringMatching(reason) });
  await exporter.shutdown();
});

test('the delay before a restart grows with each crash in a row', async () => {
  const clock = new ManualClock();
  const worker = scriptedWorker(
    {},
    { clock, initialRestartDelayMillis: 1000, maxRestartDelayMillis: 3000, maxCrashesPerBatch: 100 },
  );
  const sent = worker.exporter.send(encoded(worker, 'crash'), never());
  const crashes = (): number => worker.exporter.stats().crashes;
  for (const [crash, longest] of [1200, 2400, 3600, 3600].entries()) {
    await expect.poll(crashes).toBe(crash + 1);
    await clock.advance(longest * (0.8 / 1.2) - 1);
    expect(worker.exporter.stats().starts).toBe(crash + 1);
    await clock.advance(longest);
    expect(worker.exporter.stats().starts).toBe(crash + 2);
  }
  await worker.exporter.shutdown();
  expect(await sent).toMatchObject({ kind: 'retryable' });
});
