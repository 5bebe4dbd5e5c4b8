// SPDX-License-Identifier: Apache-2.0
import { testRecord, testResource } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import type { BatchingProcessorOptions } from './index.ts';
import { RecordExporter, succeed, SUCCESS } from './test-doubles/record-exporter.ts';
import { emit, imbalance, settled } from './test-doubles/records.ts';
import { deliverAll } from './test-doubles/scripted-exporter.ts';
import { setUp, setUpRecords } from './test-doubles/set-up.ts';

const OPTIONS: BatchingProcessorOptions = { dropNotices: true, maxQueueSize: 4, maxExportBatchSize: 2 };

describe('a notice of drops', () => {
  it('is a record of its own scope, with the last resource, when the destination takes batches again', async () => {
    const { clock, exporter, processor } = setUpRecords(new RecordExporter(), OPTIONS);
    const resource = testResource({ 'service.name': 'billing' });
    await clock.advance(1500);
    for (const severityNumber of [5, 9, 9, 9, 9, 17]) processor.onEmit(testRecord({ severityNumber, resource }));
    await settled();
    await clock.advance(500);
    exporter.calls[0]?.done(SUCCESS);
    await settled();
    const [error, notice] = exporter.calls[1]?.records ?? [];
    expect(error?.severityNumber).toBe(17);
    expect(notice).toEqual({
      hrTime: [1_767_225_602, 0],
      hrTimeObserved: [1_767_225_602, 0],
      severityNumber: 13,
      severityText: 'WARN',
      body: '3 log records dropped since 2026-01-01T00:00:01.500Z',
      attributes: {
        'logferry.drop.count': 3,
        'logferry.drop.reason.queue_full': 1,
        'logferry.drop.reason.displaced': 2,
        'logferry.drop.severity.debug': 1,
        'logferry.drop.severity.info': 2,
      },
      droppedAttributesCount: 0,
      resource,
      instrumentationScope: { name: '@logferry/processor-batch' },
    });
    expect(notice?.resource).toBe(resource);
  });

  it('is counted as emitted, and by itself', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, OPTIONS);
    emit(processor, 5);
    await settled();
    await processor.forceFlush();
    expect(exporter.sentBodies.flat()).toEqual([
      'r0',
      'r1',
      'r2',
      'r3',
      '1 log record dropped since 2026-01-01T00:00:00.000Z',
    ]);
    expect(processor.stats()).toMatchObject({ emitted: 6, accepted: 5, refused: 1, delivered: 5, notices: 1 });
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('is emitted at most once a minute, and then without waiting for another batch', async () => {
    const { clock, exporter, processor } = setUp({ answer: deliverAll }, OPTIONS);
    for (let second = 0; second < 59; second += 1) {
      emit(processor, 5);
      await clock.advance(1000);
    }
    const notices = (): readonly string[] => exporter.sentBodies.flat().filter((body) => body.includes('dropped'));
    expect(notices()).toEqual(['1 log record dropped since 2026-01-01T00:00:00.000Z']);
    await clock.advance(2000);
    expect(notices()).toEqual([
      '1 log record dropped since 2026-01-01T00:00:00.000Z',
      '58 log records dropped since 2026-01-01T00:00:01.000Z',
    ]);
    await clock.advance(600_000);
    expect(notices()).toHaveLength(2);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not emitted while the destination is down, nor without a drop', async () => {
    const { clock, exporter, processor } = setUp({}, OPTIONS);
    emit(processor, 2);
    await settled();
    exporter.sends[0]?.deliver();
    await settled();
    emit(processor, 5, 2);
    for (let attempt = 0; attempt < 20; attempt += 1) {
      exporter.open[0]?.settle({ kind: 'retryable', reason: 'UNAVAILABLE' });
      await clock.advance(12_000);
    }
    expect(processor.stats()).toMatchObject({ notices: 0, dropped: { queue_full: 1 } });
    exporter.open[0]?.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ notices: 1 });
  });

  it('that is dropped brings about no other', async () => {
    const { clock, exporter, processor } = setUp(
      {
        answer: (send) => {
          const rejected = send.batch.bodies.filter((body) => body.includes('dropped')).length;
          send.deliver(rejected);
        },
      },
      OPTIONS,
    );
    emit(processor, 5);
    await clock.advance(3_600_000);
    expect(processor.stats()).toMatchObject({ notices: 1, delivered: 4, dropped: { queue_full: 1, rejected: 1 } });
    expect(exporter.sends).toHaveLength(3);
    expect(clock.pendingTimers).toBe(0);
  });

  it('is refused by a queue that is full, uncounted, and comes with the next batch', async () => {
    const options = { dropNotices: true, maxExportBatchSize: 1, maxQueueBytes: 5, maxExportBatchBytes: 5 };
    const { exporter, processor } = setUp({}, options);
    emit(processor, 1);
    processor.onEmit(testRecord({ body: 'much larger than the queue' }));
    emit(processor, 1, 1);
    await settled();
    exporter.sends[0]?.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ emitted: 3, refused: 1, delivered: 1, queued: 1, notices: 0 });
    exporter.sends[1]?.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ emitted: 4, refused: 1, notices: 1 });
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('takes the place of no record of the application', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, OPTIONS);
    emit(processor, 5);
    await processor.shutdown();
    expect(exporter.sentBodies.flat()).toEqual(['r0', 'r1', 'r2', 'r3']);
    expect(processor.stats()).toMatchObject({ notices: 0, delivered: 4, dropped: { displaced: 0 } });
  });

  it('of the last drops goes out with shutdown', async () => {
    const { clock, exporter, processor } = setUpRecords(new RecordExporter(succeed), OPTIONS);
    emit(processor, 5);
    await clock.advance(1000);
    emit(processor, 5, 5);
    await clock.advance(1000);
    await processor.shutdown();
    expect(exporter.bodies.flat().filter((body) => String(body).includes('dropped'))).toEqual([
      '1 log record dropped since 2026-01-01T00:00:00.000Z',
      '1 log record dropped since 2026-01-01T00:00:01.000Z',
    ]);
    expect(processor.stats()).toMatchObject({ notices: 2, delivered: 10, queued: 0 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is not emitted where nobody asked for it', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { ...OPTIONS, dropNotices: false });
    emit(processor, 5);
    await processor.forceFlush();
    await processor.shutdown();
    expect(exporter.sentBodies.flat()).toEqual(['r0', 'r1', 'r2', 'r3']);
    expect(processor.stats()).toMatchObject({ emitted: 5, notices: 0 });
  });
});
