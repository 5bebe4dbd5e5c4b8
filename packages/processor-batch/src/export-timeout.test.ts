// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { emit, imbalance, settled } from './test-doubles/records.ts';
import { setUp } from './test-doubles/set-up.ts';

describe('exportTimeoutMillis', () => {
  it('cancels the send, whose batch stays queued', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 1, exportTimeoutMillis: 1000 });
    emit(processor, 1);
    await clock.advance(999);
    expect(exporter.sends[0]?.signal.aborted).toBe(false);
    await clock.advance(1);
    expect(exporter.sends[0]?.signal.aborted).toBe(true);
    expect(processor.stats()).toMatchObject({ queued: 1, inFlight: 0, inFlightSends: 0 });
    await clock.advance(600);
    exporter.sends[1]?.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0 });
  });

  it('cancels the send that it belongs to and no other', async () => {
    const { clock, exporter, processor } = setUp(
      { maxConcurrentSends: 3 },
      { maxExportBatchSize: 1, exportTimeoutMillis: 1000 },
    );
    for (let index = 0; index < 3; index += 1) {
      emit(processor, 1, index);
      await clock.advance(400);
    }
    const aborted = (): readonly boolean[] => exporter.sends.slice(0, 3).map(({ signal }) => signal.aborted);
    expect(aborted()).toEqual([true, false, false]);
    expect(processor.stats()).toMatchObject({ queued: 3, inFlight: 2 });
    await clock.advance(200);
    expect(aborted()).toEqual([true, true, false]);
    exporter.sends[2]?.deliver();
    await clock.advance(60_000);
    expect(aborted()).toEqual([true, true, false]);
    expect(processor.stats()).toMatchObject({ delivered: 1, dropped: { export_timeout: 0 } });
  });

  it('of 0 is no limit', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 1, exportTimeoutMillis: 0 });
    emit(processor, 1);
    await clock.advance(86_400_000);
    expect(exporter.sends[0]?.signal.aborted).toBe(false);
    expect(clock.pendingTimers).toBe(0);
  });

  it('counts a delivery that comes after the cancellation, once', async () => {
    const { clock, exporter, processor } = setUp(
      { obeysAbort: false },
      { maxExportBatchSize: 1, exportTimeoutMillis: 1000 },
    );
    emit(processor, 1);
    await clock.advance(3000);
    exporter.sends[0]?.deliver();
    await clock.advance(60_000);
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0, sends: 1, dropped: { export_timeout: 0 } });
  });

  it('gives up on a send that ignores its signal, five seconds later, and never releases its batch', async () => {
    const { clock, exporter, processor } = setUp(
      { obeysAbort: false },
      { maxExportBatchSize: 1, exportTimeoutMillis: 1000 },
    );
    emit(processor, 2);
    await clock.advance(5999);
    expect(exporter.sends).toHaveLength(1);
    await clock.advance(1);
    expect(exporter.sentBodies).toEqual([['r0'], ['r1']]);
    expect(processor.stats()).toMatchObject({ queued: 1, queuedBytes: 3, dropped: { export_timeout: 1 } });
    expect(exporter.sends[0]?.batch.isReleased).toBe(false);
    exporter.sends[0]?.deliver();
    exporter.sends[1]?.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0, dropped: { export_timeout: 1 } });
    expect(imbalance(processor.stats())).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });
});
