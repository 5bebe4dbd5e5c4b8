// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import type { DropReport } from './index.ts';
import { emit, imbalance, settled } from './test-doubles/records.ts';
import { collectDiagnostics, setUp } from './test-doubles/set-up.ts';
import { linesOf, TextBatch } from './test-doubles/text-encoder.ts';

describe('a full queue', () => {
  it('drops the newest record, counted, when it holds maxQueueSize records', async () => {
    const { exporter, processor } = setUp({}, { maxQueueSize: 4, maxExportBatchSize: 2 });
    emit(processor, 6);
    await settled();
    expect(processor.stats()).toMatchObject({
      emitted: 6,
      accepted: 4,
      refused: 2,
      queued: 4,
      dropped: { queue_full: 2 },
    });
    exporter.sends[0]?.deliver();
    await settled();
    emit(processor, 3, 6);
    exporter.sends[1]?.deliver();
    await settled();
    exporter.sends[2]?.deliver();
    await settled();
    expect(exporter.sentBodies).toEqual([
      ['r0', 'r1'],
      ['r2', 'r3'],
      ['r6', 'r7'],
    ]);
    expect(processor.stats()).toMatchObject({ delivered: 6, queued: 0, dropped: { queue_full: 3 } });
  });

  it('drops the newest record, counted, when it holds maxQueueBytes', async () => {
    const { processor } = setUp({}, { maxQueueBytes: 12, maxExportBatchBytes: 6 });
    emit(processor, 6);
    await settled();
    expect(processor.stats()).toMatchObject({ accepted: 4, queuedBytes: 12, dropped: { queue_full: 2 } });
  });

  it('counts by severity', () => {
    const { processor } = setUp({}, { maxQueueSize: 1, severityReserve: 0 });
    for (const severityNumber of [
      9,
      undefined,
      0,
      1,
      4,
      5,
      8,
      9,
      12,
      13,
      16,
      17,
      20,
      21,
      24,
      25,
      -1,
      Number.NaN,
      '17',
      13.5,
    ]) {
      processor.onEmit(testRecord({ severityNumber }));
    }
    expect(processor.stats().droppedBySeverity).toEqual({
      unspecified: 7,
      trace: 2,
      debug: 2,
      info: 2,
      warn: 2,
      error: 2,
      fatal: 2,
      unknown: 0,
    });
  });
});

describe('a loss after acceptance', () => {
  it('is counted by the severities of its batch', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 3 });
    for (const severityNumber of [5, 17, 17]) processor.onEmit(testRecord({ severityNumber }));
    await settled();
    exporter.sends[0]?.settle({ kind: 'failed', reason: 'INVALID_ARGUMENT' });
    await settled();
    expect(processor.stats()).toMatchObject({
      dropped: { failed: 3 },
      droppedBySeverity: { debug: 1, error: 2, unknown: 0 },
    });
  });

  it('of a part of a batch is of unknown severity', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 3 });
    for (const severityNumber of [5, 17, 17]) processor.onEmit(testRecord({ severityNumber }));
    await settled();
    exporter.sends[0]?.settle({ kind: 'delivered', rejectedCount: 2, message: 'too old\u0007' });
    await settled();
    expect(processor.stats()).toMatchObject({
      delivered: 1,
      dropped: { rejected: 2 },
      droppedBySeverity: { debug: 0, error: 0, unknown: 2 },
    });
  });

  it('of a part of a batch is of the severity that all of its records have', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 3 });
    emit(processor, 3);
    await settled();
    exporter.sends[0]?.deliver(2);
    await settled();
    expect(processor.stats().droppedBySeverity).toMatchObject({ info: 2, unknown: 0 });
  });

  it('of what a retry had left, and of what was done with before, is counted by severity', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 4 });
    for (const severityNumber of [5, 9, 13, 17]) processor.onEmit(testRecord({ severityNumber }));
    await settled();
    const remaining = exporter.sends[0]?.batch.slice(2) ?? new TextBatch([]);
    exporter.sends[0]?.settle({ kind: 'retryable', reason: 'half', remaining, rejectedCount: 2 });
    await clock.advance(600);
    expect(processor.stats().droppedBySeverity).toMatchObject({ debug: 1, info: 1, warn: 0, error: 0 });
    exporter.sends[1]?.settle({ kind: 'failed', reason: 'no' });
    await settled();
    expect(processor.stats().droppedBySeverity).toMatchObject({ debug: 1, info: 1, warn: 1, error: 1, unknown: 0 });
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('of what a retry had left is of unknown severity where the batch can not tell', async () => {
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 3 });
    for (const severityNumber of [5, 13, 17]) processor.onEmit(testRecord({ severityNumber }));
    await settled();
    const remaining = Object.assign(new TextBatch(linesOf('b', 'c')), { filterBySeverity: undefined });
    exporter.sends[0]?.settle({ kind: 'retryable', reason: 'half', remaining });
    await clock.advance(600);
    exporter.sends[1]?.settle({ kind: 'failed', reason: 'no' });
    await settled();
    expect(processor.stats()).toMatchObject({ dropped: { failed: 2 }, droppedBySeverity: { unknown: 2 } });
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('is never more than its batch, whatever an exporter says', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchSize: 2 });
    emit(processor, 6);
    await settled();
    exporter.sends[0]?.deliver(99);
    await settled();
    exporter.sends[1]?.deliver(-3);
    await settled();
    exporter.sends[2]?.settle(undefined as never);
    await settled();
    expect(processor.stats()).toMatchObject({ delivered: 2, queued: 0, dropped: { rejected: 2, failed: 2 } });
    expect(imbalance(processor.stats())).toEqual([]);
  });
});

describe('a drop is told', () => {
  it('to onDrop at once the first time, then at most once a second, never inside onEmit', async () => {
    const reports: DropReport[] = [];
    const { clock, processor } = setUp({}, { maxQueueSize: 1, onDrop: (report) => void reports.push(report) });
    emit(processor, 3);
    expect(reports).toEqual([]);
    await clock.advance(0);
    expect(reports).toMatchObject([{ reason: 'queue_full', count: 2, bySeverity: { info: 2 } }]);
    emit(processor, 4);
    await clock.advance(999);
    expect(reports).toHaveLength(1);
    await clock.advance(1);
    expect(reports).toMatchObject([{ count: 2 }, { count: 4 }]);
  });

  it('to diag once a minute, with what the destination said', async () => {
    const lines = collectDiagnostics();
    const { clock, exporter, processor } = setUp({}, { maxExportBatchSize: 3 });
    emit(processor, 3);
    await settled();
    exporter.sends[0]?.settle({ kind: 'delivered', rejectedCount: 1, message: 'too old\u0007' });
    await clock.advance(0);
    expect(lines).toEqual([
      'warn @logferry/processor-batch: the destination refused 1 of 3 log records: too old\\u{7}',
      'warn @logferry/processor-batch: dropped 1 log record (rejected): the destination refused them',
    ]);
    emit(processor, 3);
    await clock.advance(0);
    exporter.sends[1]?.deliver(2);
    await clock.advance(2000);
    expect(lines).toHaveLength(2);
  });

  it('to hooks that throw or reject, without harm', async () => {
    const { clock, exporter, processor } = setUp(
      {},
      {
        maxExportBatchSize: 1,
        onDrop: () => {
          throw new Error('hook');
        },
        // oxlint-disable-next-line typescript/no-misused-promises -- a hook that rejects is the case
        onError: () => Promise.reject(new Error('hook')),
      },
    );
    emit(processor, 2);
    await settled();
    exporter.sends[0]?.settle({ kind: 'failed', reason: 'no' });
    await clock.advance(0);
    exporter.sends[1]?.deliver();
    await clock.advance(0);
    expect(processor.stats()).toMatchObject({ delivered: 1, dropped: { failed: 1 } });
  });
});
