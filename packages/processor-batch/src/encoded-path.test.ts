// SPDX-License-Identifier: Apache-2.0
import { pendingResource, testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { bodies, emit, imbalance, settled } from './test-doubles/records.ts';
import { deliverAll } from './test-doubles/scripted-exporter.ts';
import { setUp } from './test-doubles/set-up.ts';

describe('a batch is closed', () => {
  it('when it holds maxExportBatchSize records', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 3 });
    emit(processor, 2);
    await settled();
    expect(exporter.sends).toHaveLength(0);
    emit(processor, 1, 2);
    await settled();
    expect(exporter.sentBodies).toEqual([['r0', 'r1', 'r2']]);
  });

  it('when it holds maxExportBatchBytes', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchBytes: 9 });
    emit(processor, 2);
    await settled();
    expect(exporter.sends).toHaveLength(0);
    emit(processor, 1, 2);
    await settled();
    expect(exporter.sentBodies).toEqual([['r0', 'r1', 'r2']]);
  });

  it('when its first record is scheduledDelayMillis old, with one timer for the batch', async () => {
    const { clock, exporter, processor } = setUp({ answer: deliverAll }, { scheduledDelayMillis: 200 });
    emit(processor, 1);
    await clock.advance(100);
    emit(processor, 1, 1);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(99);
    expect(exporter.sends).toHaveLength(0);
    await clock.advance(1);
    expect(exporter.sentBodies).toEqual([['r0', 'r1']]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('and the next one gets an age of its own', async () => {
    const { clock, exporter, processor } = setUp(
      { answer: deliverAll },
      { scheduledDelayMillis: 200, maxExportBatchSize: 2 },
    );
    emit(processor, 2);
    await clock.advance(150);
    emit(processor, 1, 2);
    await clock.advance(150);
    expect(exporter.sentBodies).toEqual([['r0', 'r1']]);
    await clock.advance(50);
    expect(exporter.sentBodies).toEqual([['r0', 'r1'], ['r2']]);
  });
});

describe('batches are sent', () => {
  it('outside of onEmit', () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 1);
    expect(exporter.sends).toHaveLength(0);
  });

  it('as many at a time as the exporter takes, started in order', async () => {
    const { exporter, processor } = setUp({ maxConcurrentSends: 2 }, { maxExportBatchSize: 1 });
    emit(processor, 4);
    await settled();
    expect(exporter.sentBodies).toEqual([['r0'], ['r1']]);
    exporter.sends[1]?.deliver();
    await settled();
    expect(exporter.sentBodies).toEqual([['r0'], ['r1'], ['r2']]);
    exporter.sends[0]?.deliver();
    exporter.sends[2]?.deliver();
    await settled();
    exporter.sends[3]?.deliver();
    await settled();
    expect(exporter.sentBodies).toEqual([['r0'], ['r1'], ['r2'], ['r3']]);
    expect(processor.stats()).toMatchObject({
      delivered: 4,
      queued: 0,
      queuedBytes: 0,
      batches: 4,
      sends: 4,
      retries: 0,
    });
  });

  it('one at a time where the exporter does not say how many', async () => {
    const { exporter, processor } = setUp({ maxConcurrentSends: Number.NaN }, { maxExportBatchSize: 1 });
    emit(processor, 2);
    await settled();
    expect(exporter.sends).toHaveLength(1);
  });

  it('and released only when their send has ended', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 1);
    await settled();
    const batch = exporter.sends[0]?.batch;
    expect(batch?.isReleased).toBe(false);
    exporter.sends[0]?.deliver();
    await settled();
    expect(batch?.isReleased).toBe(true);
  });

  it('while their bytes count as queued: open, sealed and in flight', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 2 });
    emit(processor, 5);
    await settled();
    expect(processor.stats()).toMatchObject({ queued: 5, queuedBytes: 15, inFlight: 2, inFlightSends: 1 });
    exporter.sends[0]?.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ queued: 3, queuedBytes: 9, inFlight: 2, inFlightSends: 1 });
  });

  it('complete, in order and exactly once: 100,000 of them', async () => {
    const { clock, exporter, processor } = setUp({ answer: deliverAll }, { maxExportBatchSize: 1000 });
    for (let start = 0; start < 100_000; start += 2500) {
      emit(processor, 2500, start);
      await clock.advance(10);
    }
    await processor.forceFlush();
    expect(exporter.sentBodies.flat()).toEqual(bodies(100_000));
    expect(processor.stats()).toMatchObject({ emitted: 100_000, accepted: 100_000, delivered: 100_000, queued: 0 });
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('exactly once by several sends at a time, each batch in order', async () => {
    const { clock, exporter, processor } = setUp(
      { maxConcurrentSends: 3, answer: (send) => void clock.setTimer(() => send.deliver(), 5) },
      { maxExportBatchSize: 10 },
    );
    emit(processor, 1000);
    await clock.advance(1000);
    expect(exporter.sentBodies.flat()).toEqual(bodies(1000));
    expect(processor.stats()).toMatchObject({ delivered: 1000, queued: 0, sends: 100 });
  });
});

describe('a resource with asynchronous attributes', () => {
  it('is waited for before its batch is sealed, while later records are taken', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxExportBatchSize: 2 });
    const pending = pendingResource({ 'service.name': 'orders' }, { 'host.id': 'h1' });
    for (const body of bodies(3)) processor.onEmit(testRecord({ body, resource: pending.resource }));
    await settled();
    expect(exporter.sends).toHaveLength(0);
    expect(processor.stats()).toMatchObject({ queued: 3, queuedBytes: 9, inFlight: 0, batches: 0 });
    const flushed = processor.forceFlush();
    await pending.settle();
    await flushed;
    expect(exporter.sentBodies).toEqual([['r0', 'r1'], ['r2']]);
  });

  it('is waited for no longer than exportTimeoutMillis, and then no more', async () => {
    const { clock, exporter, processor } = setUp(
      { answer: deliverAll },
      { maxExportBatchSize: 1, exportTimeoutMillis: 5000 },
    );
    const { resource } = pendingResource({ 'service.name': 'orders' }, { 'host.id': 'h1' });
    processor.onEmit(testRecord({ body: 'r0', resource }));
    await clock.advance(4999);
    expect(exporter.sends).toHaveLength(0);
    await clock.advance(1);
    expect(exporter.sentBodies).toEqual([['r0']]);
    processor.onEmit(testRecord({ body: 'r1', resource }));
    await clock.advance(0);
    expect(exporter.sentBodies).toEqual([['r0'], ['r1']]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('that says "pending" for ever although its promise has settled does not stop the logs', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxExportBatchSize: 1 });
    const { resource } = pendingResource({}, {});
    Object.assign(resource, { waitForAsyncAttributes: () => Promise.resolve() });
    processor.onEmit(testRecord({ body: 'r0', resource }));
    processor.onEmit(testRecord({ body: 'r1', resource }));
    await settled();
    expect(exporter.sentBodies).toEqual([['r0'], ['r1']]);
  });
});
