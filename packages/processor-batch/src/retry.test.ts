// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { emit, imbalance, settled } from './test-doubles/records.ts';
import { collectDiagnostics, setUp } from './test-doubles/set-up.ts';
import { linesOf, TextBatch } from './test-doubles/text-encoder.ts';

const UNAVAILABLE = { kind: 'retryable', reason: 'UNAVAILABLE' } as const;

describe('a batch that is retryable', () => {
  it('stays queued and is sent again, before every later one', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 3);
    await settled();
    exporter.sends[0]?.settle(UNAVAILABLE);
    await settled();
    expect(processor.stats()).toMatchObject({ queued: 3, inFlight: 0, delivered: 0 });
    await clock.advance(600);
    expect(exporter.sentBodies).toEqual([['r0'], ['r0']]);
    exporter.sends[1]?.deliver();
    await settled();
    expect(exporter.sentBodies).toEqual([['r0'], ['r0'], ['r1']]);
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 2, sends: 3, retries: 1, batches: 3 });
  });

  it('is never dropped for its age', async () => {
    const { clock, exporter, processor } = setUp(
      { answer: (send) => send.settle(UNAVAILABLE) },
      { maxExportBatchSize: 1 },
    );
    emit(processor, 1);
    await clock.advance(3_600_000);
    expect(processor.stats()).toMatchObject({ queued: 1, delivered: 0 });
    expect(exporter.sends[0]?.batch.isReleased).toBe(false);
  });

  it('can not make the processor spin: the waits grow from half a second to ten', async () => {
    const { clock, exporter, processor } = setUp(
      { answer: (send) => send.settle(UNAVAILABLE) },
      { maxExportBatchSize: 1 },
    );
    emit(processor, 1);
    await clock.advance(399);
    expect(exporter.sends).toHaveLength(1);
    await clock.advance(201);
    expect(exporter.sends).toHaveLength(2);
    await clock.advance(60_000);
    const afterOneMinute = exporter.sends.length;
    await clock.advance(120_000);
    const inTwoMinutes = exporter.sends.length - afterOneMinute;
    expect(inTwoMinutes).toBeGreaterThanOrEqual(10);
    expect(inTwoMinutes).toBeLessThanOrEqual(15);
  });

  it('waits at least as long as the destination asks', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 1);
    await settled();
    exporter.sends[0]?.settle({ ...UNAVAILABLE, retryAfterMillis: 20_000 });
    await clock.advance(19_999);
    expect(exporter.sends).toHaveLength(1);
    await clock.advance(200);
    expect(exporter.sends).toHaveLength(2);
  });

  it('waits no longer than an hour for a destination that asks for years', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 1);
    await settled();
    exporter.sends[0]?.settle({ ...UNAVAILABLE, retryAfterMillis: 10 * 365 * 86_400_000 });
    await clock.advance(3_600_000 + 200);
    expect(exporter.sends).toHaveLength(2);
  });

  it('does not wait for a negative time, or one that is no number', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 1);
    await settled();
    exporter.sends[0]?.settle({ ...UNAVAILABLE, retryAfterMillis: -1 });
    await clock.advance(600);
    exporter.sends[1]?.settle({ ...UNAVAILABLE, retryAfterMillis: Number.NaN });
    await clock.advance(1200);
    expect(exporter.sends).toHaveLength(3);
  });

  it('is sent in place of others, alone, until the destination answers', async () => {
    const { clock, exporter, processor } = setUp({ maxConcurrentSends: 2 }, { maxExportBatchSize: 1 });
    emit(processor, 4);
    await settled();
    exporter.sends[1]?.settle(UNAVAILABLE);
    exporter.sends[0]?.settle(UNAVAILABLE);
    await clock.advance(600);
    expect(exporter.sentBodies).toEqual([['r0'], ['r1'], ['r0']]);
    exporter.sends[2]?.deliver();
    await settled();
    expect(exporter.sentBodies).toEqual([['r0'], ['r1'], ['r0'], ['r1'], ['r2']]);
  });

  it('keeps only its rest when a part arrived', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 5 });
    emit(processor, 5);
    await settled();
    const whole = exporter.sends[0]?.batch;
    exporter.sends[0]?.settle({ ...UNAVAILABLE, remaining: new TextBatch(linesOf('r3', 'r4')), rejectedCount: 1 });
    await settled();
    expect(whole?.isReleased).toBe(true);
    expect(processor.stats()).toMatchObject({ delivered: 2, queued: 2, queuedBytes: 6, dropped: { rejected: 1 } });
    await clock.advance(600);
    expect(exporter.sentBodies[1]).toEqual(['r3', 'r4']);
    exporter.sends[1]?.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ delivered: 4, queued: 0, queuedBytes: 0, retries: 1 });
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('is said once a minute, without a loss', async () => {
    const lines = collectDiagnostics();
    const { clock, processor } = setUp({ answer: (send) => send.settle(UNAVAILABLE) }, { maxExportBatchSize: 2 });
    emit(processor, 2);
    await clock.advance(50_000);
    expect(lines).toEqual([
      'warn @logferry/processor-batch: 2 log records could not be delivered and stay queued: UNAVAILABLE',
    ]);
  });
});

describe('while someone waits', () => {
  it('a flush tries at once when the last try is more than a second ago', async () => {
    const { clock, exporter, processor } = setUp(
      { answer: (send) => send.settle(UNAVAILABLE) },
      { maxExportBatchSize: 1 },
    );
    emit(processor, 1);
    await clock.advance(60_000);
    while (clock.pendingTimers > 0 && exporter.sends.length < 12) await clock.advance(1000);
    await clock.advance(1000);
    const before = exporter.sends.length;
    const flushed = processor.forceFlush({ timeoutMillis: 1 });
    flushed.catch(() => {});
    await settled();
    expect(exporter.sends.length).toBe(before + 1);
    await clock.advance(1);
    await expect(flushed).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });

  it('a flush does not shorten what the destination asked for', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 1 });
    emit(processor, 1);
    await settled();
    exporter.sends[0]?.settle({ ...UNAVAILABLE, retryAfterMillis: 20_000 });
    await settled();
    const flushed = processor.forceFlush({ timeoutMillis: 60_000 });
    await clock.advance(19_999);
    expect(exporter.sends).toHaveLength(1);
    await clock.advance(200);
    exporter.sends[1]?.deliver();
    await flushed;
  });
});
