// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { pendingResource, testRecord } from '@logferry/core/testing';

import type { DropReport } from './index.ts';
import { emit, imbalance, settled } from './test-doubles/records.ts';
import { deliverAll } from './test-doubles/scripted-exporter.ts';
import { collectDiagnostics, setUp } from './test-doubles/set-up.ts';

describe('shutdown', () => {
  it('exports what is queued, flushes the exporter and shuts it down', async () => {
    const { clock, exporter, processor } = setUp({ answer: deliverAll });
    emit(processor, 2);
    await processor.shutdown();
    expect(exporter).toMatchObject({ flushes: 1, shutdowns: 1 });
    expect(exporter.sentBodies).toEqual([['r0', 'r1']]);
    expect(processor.stats()).toMatchObject({ delivered: 2, queued: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('gives the same promise when it is called again', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll });
    const first = processor.shutdown();
    expect(processor.shutdown()).toBe(first);
    await first;
    expect(processor.shutdown()).toBe(first);
    expect(exporter.shutdowns).toBe(1);
  });

  it('counts records that come later', async () => {
    const { clock, processor } = setUp({ answer: deliverAll });
    const down = processor.shutdown();
    emit(processor, 2);
    await down;
    emit(processor, 1, 2);
    expect(processor.stats()).toMatchObject({ emitted: 3, accepted: 0, refused: 3, dropped: { already_shutdown: 3 } });
    await clock.advance(1000);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is joined by a flush that is called during or after it', async () => {
    const { exporter, processor } = setUp();
    emit(processor, 1);
    const down = processor.shutdown();
    const flushed = processor.forceFlush();
    await settled();
    exporter.sends[0]?.deliver();
    await Promise.all([down, flushed, processor.forceFlush()]);
    await processor.forceFlush();
    expect(exporter).toMatchObject({ flushes: 1, shutdowns: 1 });
  });

  it('during several flushes, with the destination down, ends all of them within its own time', async () => {
    const { clock, exporter, processor } = setUp(
      { answer: (send) => send.settle({ kind: 'retryable', reason: 'UNAVAILABLE' }) },
      { maxExportBatchSize: 1, shutdownTimeoutMillis: 5000 },
    );
    emit(processor, 3);
    const ended: string[] = [];
    const flushes = ['first', 'second'].map(async (name) => {
      await processor.forceFlush({ timeoutMillis: 60_000 });
      ended.push(name);
    });
    await clock.advance(1000);
    const downs = [processor.shutdown(), processor.shutdown()].map(async (down) => {
      await down;
      ended.push('shutdown');
    });
    await clock.advance(3999);
    expect(ended).toEqual([]);
    await clock.advance(1001);
    await Promise.all([...flushes, ...downs]);
    expect(ended.toSorted()).toEqual(['first', 'second', 'shutdown', 'shutdown']);
    expect(exporter.shutdowns).toBe(1);
    expect(processor.stats()).toMatchObject({ delivered: 0, queued: 0, dropped: { shutdown: 3 } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('during a flush loses nothing that can be delivered in its time', async () => {
    const { clock, exporter, processor } = setUp({ maxConcurrentSends: 2 }, { maxExportBatchSize: 1 });
    emit(processor, 4);
    const flushed = processor.forceFlush({ timeoutMillis: 100 });
    const rejection = expect(flushed).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    await settled();
    const down = processor.shutdown();
    await clock.advance(100);
    await rejection;
    for (let round = 0; round < 4; round += 1) {
      exporter.open[0]?.settle({ kind: 'retryable', reason: 'UNAVAILABLE' });
      await clock.advance(1500);
      exporter.open[0]?.deliver();
      await settled();
    }
    for (const send of exporter.open) send.deliver();
    await clock.advance(1500);
    for (const send of exporter.open) send.deliver();
    await down;
    expect(processor.stats()).toMatchObject({ delivered: 4, queued: 0, dropped: { shutdown: 0 } });
  });

  it('lets a flush that joins it have its own deadline', async () => {
    const { clock, processor } = setUp();
    emit(processor, 1);
    const down = processor.shutdown();
    const rejection = expect(processor.forceFlush({ timeoutMillis: 10 })).rejects.toMatchObject({
      code: 'DEADLINE_EXCEEDED',
    });
    await clock.advance(10);
    await rejection;
    await clock.advance(30_000);
    await down;
  });

  it('sends what a destination turned away again, as long as there is time', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 2);
    const down = processor.shutdown();
    await settled();
    for (let attempt = 0; attempt < 5; attempt += 1) {
      exporter.open[0]?.settle({ kind: 'retryable', reason: 'UNAVAILABLE' });
      await clock.advance(1000);
    }
    exporter.open[0]?.deliver();
    await settled();
    exporter.open[0]?.deliver();
    await down;
    expect(processor.stats()).toMatchObject({ delivered: 2, queued: 0, retries: 5 });
  });

  it('ends in time when the destination is down, and says what was left', async () => {
    const lines = collectDiagnostics();
    const drops: DropReport[] = [];
    const { clock, exporter, processor } = setUp(
      { answer: (send) => send.settle({ kind: 'retryable', reason: 'UNAVAILABLE' }) },
      { maxExportBatchSize: 2, shutdownTimeoutMillis: 5000, onDrop: (report) => void drops.push(report) },
    );
    emit(processor, 3);
    const down = processor.shutdown();
    await clock.advance(5000);
    await down;
    expect(processor.stats()).toMatchObject({ delivered: 0, queued: 0, queuedBytes: 0, dropped: { shutdown: 3 } });
    expect(imbalance(processor.stats())).toEqual([]);
    expect(drops).toMatchObject([{ reason: 'shutdown', count: 3, bySeverity: { info: 3, unknown: 0 } }]);
    expect(lines).toContain(
      'warn @logferry/processor-batch: dropped 3 log records (shutdown): they were not delivered before the end',
    );
    expect(exporter.shutdowns).toBe(1);
    expect(exporter.sends.at(-1)?.batch.isReleased).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('cancels what is in flight, and counts what still arrives', async () => {
    const { clock, exporter, processor } = setUp(
      { obeysAbort: false, maxConcurrentSends: 2 },
      { maxExportBatchSize: 1, shutdownTimeoutMillis: 10_000 },
    );
    emit(processor, 3);
    const down = processor.shutdown();
    await clock.advance(8000);
    expect(exporter.sends.map((send) => send.signal.aborted)).toEqual([true, true]);
    exporter.sends[0]?.deliver();
    await clock.advance(1000);
    await down;
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0, inFlightSends: 0, dropped: { shutdown: 2 } });
    exporter.sends[1]?.deliver();
    await clock.advance(60_000);
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0, dropped: { shutdown: 2 } });
    expect(exporter.sends).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('ends in time when the exporter hangs in everything', async () => {
    const errors: string[] = [];
    const { clock, exporter, processor } = setUp(
      { answer: deliverAll },
      { shutdownTimeoutMillis: 4000, onError: (error) => void errors.push(`${error.code}: ${error.message}`) },
    );
    exporter.forceFlush = () => new Promise(() => {});
    exporter.shutdown = () => new Promise(() => {});
    emit(processor, 1);
    const down = processor.shutdown();
    await clock.advance(3999);
    expect(clock.pendingTimers).toBe(1);
    await clock.advance(1);
    await down;
    expect(errors).toEqual([
      "DEADLINE_EXCEEDED: the exporter's forceFlush did not end in time",
      "DEADLINE_EXCEEDED: the exporter's shutdown did not end in time",
    ]);
    expect(processor.stats()).toMatchObject({ delivered: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('resolves and reports when the exporter throws in everything', async () => {
    const errors: string[] = [];
    const { exporter, processor } = setUp(
      { answer: deliverAll },
      { onError: (error) => void errors.push(`${error.code}: ${error.message}`) },
    );
    exporter.forceFlush = () => {
      throw new RangeError('one');
    };
    exporter.shutdown = () => Promise.reject(Object.assign(new Error('two'), { code: 'ECONNRESET' }));
    await processor.shutdown();
    expect(errors).toEqual([
      "EXPORT_FAILED: the exporter's forceFlush failed (RangeError)",
      "EXPORT_FAILED: the exporter's shutdown failed (Error, code ECONNRESET)",
    ]);
  });

  it('waits for a resource only half of its time, then sends without the missing attributes', async () => {
    const { clock, exporter, processor } = setUp({ answer: deliverAll }, { shutdownTimeoutMillis: 10_000 });
    const { resource } = pendingResource({}, {});
    processor.onEmit(testRecord({ body: 'r0', resource }));
    const down = processor.shutdown();
    await clock.advance(3999);
    expect(exporter.sends).toHaveLength(0);
    await clock.advance(1);
    await down;
    expect(exporter.sentBodies).toEqual([['r0']]);
    expect(clock.pendingTimers).toBe(0);
  });
});
