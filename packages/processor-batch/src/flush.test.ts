// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { emit, settled } from './test-doubles/records.ts';
import { deliverAll } from './test-doubles/scripted-exporter.ts';
import { collectDiagnostics, setUp } from './test-doubles/set-up.ts';

/** Whether a promise has settled by now. */
async function isSettled(promise: Promise<void>): Promise<boolean> {
  const open = Symbol('open');
  await settled();
  return (await Promise.race([promise.then(() => undefined).catch(() => undefined), Promise.resolve(open)])) !== open;
}

describe('forceFlush', () => {
  it('exports the open batch and what is in flight, then flushes the exporter', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 2 });
    emit(processor, 3);
    await settled();
    const flushed = processor.forceFlush();
    expect(await isSettled(flushed)).toBe(false);
    exporter.sends[0]?.deliver();
    expect(await isSettled(flushed)).toBe(false);
    expect(exporter.flushes).toBe(0);
    exporter.sends[1]?.deliver();
    await flushed;
    expect(exporter.sentBodies).toEqual([['r0', 'r1'], ['r2']]);
    expect(exporter.flushes).toBe(1);
  });

  it('resolves at once when there is nothing to export', async () => {
    const { clock, exporter, processor } = setUp();
    await processor.forceFlush();
    expect(exporter.sends).toEqual([]);
    expect(exporter.flushes).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it('does not wait for records that came after it', async () => {
    const { exporter, processor } = setUp({ maxConcurrentSends: 2 }, { maxExportBatchSize: 1 });
    emit(processor, 1);
    const flushed = processor.forceFlush();
    emit(processor, 1, 1);
    await settled();
    exporter.sends[0]?.deliver();
    await flushed;
    expect(processor.stats()).toMatchObject({ delivered: 1, inFlight: 1 });
  });

  it('waits for a batch that finished out of order', async () => {
    const { exporter, processor } = setUp({ maxConcurrentSends: 2 }, { maxExportBatchSize: 1 });
    emit(processor, 2);
    const flushed = processor.forceFlush();
    await settled();
    exporter.sends[1]?.deliver();
    expect(await isSettled(flushed)).toBe(false);
    exporter.sends[0]?.deliver();
    await flushed;
  });

  it('resolves when its records were dropped and counted', async () => {
    const { exporter, processor } = setUp();
    emit(processor, 2);
    const flushed = processor.forceFlush();
    await settled();
    exporter.sends[0]?.settle({ kind: 'failed', reason: 'PERMISSION_DENIED' });
    await flushed;
    expect(processor.stats()).toMatchObject({ queued: 0, dropped: { failed: 2 } });
  });

  it('rejects when its time is up, and loses nothing', async () => {
    const { clock, exporter, processor } = setUp();
    emit(processor, 2);
    const flushed = processor.forceFlush({ timeoutMillis: 100 });
    const rejection = expect(flushed).rejects.toMatchObject({
      name: 'LogferryError',
      code: 'DEADLINE_EXCEEDED',
      message: 'the flush did not end within its time',
    });
    await clock.advance(100);
    await rejection;
    expect(processor.stats()).toMatchObject({ queued: 2, inFlight: 2 });
    exporter.sends[0]?.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ delivered: 2, queued: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('takes 30 seconds at most where nothing else is said', async () => {
    const { clock, processor } = setUp({}, { exportTimeoutMillis: 0 });
    emit(processor, 1);
    const rejection = expect(processor.forceFlush()).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await clock.advance(29_999);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    await rejection;
  });

  it('rejects when the exporter does not end its own flush in time', async () => {
    const { clock, exporter, processor } = setUp({ answer: deliverAll });
    exporter.forceFlush = () => new Promise(() => {});
    emit(processor, 1);
    const rejection = expect(processor.forceFlush({ timeoutMillis: 50 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await clock.advance(50);
    await rejection;
    expect(processor.stats()).toMatchObject({ delivered: 1 });
  });

  it('rejects and reports when the exporter rejects its own flush, and the next one works', async () => {
    const lines = collectDiagnostics();
    const errors: string[] = [];
    const { exporter, processor } = setUp(
      { answer: deliverAll },
      { onError: (error) => void errors.push(error.message) },
    );
    exporter.forceFlush = () => Promise.reject(new TypeError('token=secret'));
    emit(processor, 1);
    await expect(processor.forceFlush()).rejects.toMatchObject({
      code: 'EXPORT_FAILED',
      message: "the exporter's forceFlush failed (TypeError)",
    });
    expect(errors).toEqual(["the exporter's forceFlush failed (TypeError)"]);
    expect(lines).toEqual(["error @logferry/processor-batch: the exporter's forceFlush failed (TypeError)"]);
    Reflect.deleteProperty(exporter, 'forceFlush');
    emit(processor, 1, 1);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 2 });
  });

  it('rejects a timeout that is none', async () => {
    const { processor } = setUp();
    await expect(processor.forceFlush({ timeoutMillis: -1 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: 'timeoutMillis must be a number of at least 0; it is -1',
    });
  });

  it('works with an exporter that has no forceFlush, as early ones had none', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    Object.assign(exporter, { forceFlush: undefined, shutdown: undefined });
    emit(processor, 1);
    await processor.forceFlush();
    await processor.shutdown();
    expect(processor.stats()).toMatchObject({ delivered: 1 });
  });
});
