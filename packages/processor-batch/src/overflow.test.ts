// SPDX-License-Identifier: Apache-2.0
/** What a full queue drops. r0, r1, … are the bodies in the order in which they were emitted. */
import { pendingResource, testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import type { BatchingLogRecordProcessor } from './index.ts';
import { RecordExporter, succeed } from './test-doubles/record-exporter.ts';
import { imbalance, settled } from './test-doubles/records.ts';
import { deliverAll } from './test-doubles/scripted-exporter.ts';
import { setUp, setUpRecords } from './test-doubles/set-up.ts';
import { LineEncoder, type TextBatch } from './test-doubles/text-encoder.ts';

const DEBUG = 5;
const WARN = 13;
const ERROR = 17;

/** Emits a record for each severity, with the bodies r<first> and so on. */
function emitSeverities(processor: BatchingLogRecordProcessor, severities: readonly number[], first = 0): void {
  for (const [index, severityNumber] of severities.entries()) {
    processor.onEmit(testRecord({ body: `r${first + index}`, severityNumber }));
  }
}

const times = (count: number, severity: number): number[] => Array.from({ length: count }, () => severity);

describe('the severity reserve', () => {
  it('keeps a tenth of the records for warnings and above', () => {
    const { processor } = setUp({}, { maxQueueSize: 20, maxExportBatchSize: 1 });
    emitSeverities(processor, [...times(20, DEBUG), WARN, 0, ERROR, 9, 21]);
    expect(processor.stats()).toMatchObject({
      accepted: 21,
      queued: 20,
      dropped: { queue_full: 4, displaced: 1 },
      droppedBySeverity: { unspecified: 1, debug: 3, info: 1, warn: 0, error: 0, fatal: 0 },
    });
  });

  it('keeps a tenth of the bytes for warnings and above', () => {
    const { processor } = setUp({}, { maxQueueBytes: 30, maxExportBatchBytes: 6 });
    emitSeverities(processor, [...times(10, DEBUG)]);
    expect(processor.stats()).toMatchObject({ accepted: 9, queuedBytes: 27, dropped: { queue_full: 1 } });
    emitSeverities(processor, [WARN]);
    expect(processor.stats()).toMatchObject({ accepted: 10, queuedBytes: 30, dropped: { displaced: 0 } });
  });

  it('may be larger, and begin at another severity', () => {
    const { processor } = setUp({}, { maxQueueSize: 10, severityReserve: 0.5, reservedSeverity: 'error' });
    emitSeverities(processor, [...times(6, WARN), ...times(5, ERROR)]);
    expect(processor.stats()).toMatchObject({
      accepted: 10,
      dropped: { queue_full: 1 },
      droppedBySeverity: { warn: 1 },
    });
  });

  it('of 0 makes all records alike', () => {
    const { processor } = setUp({}, { maxQueueSize: 10, severityReserve: 0 });
    emitSeverities(processor, [...times(10, DEBUG), ERROR]);
    expect(processor.stats()).toMatchObject({
      accepted: 10,
      dropped: { queue_full: 1 },
      droppedBySeverity: { error: 1 },
    });
  });
});

describe('a severe record, when the reserve is used up too,', () => {
  it('takes the place of the oldest batch that holds nothing severe', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxQueueSize: 6, maxExportBatchSize: 2 });
    emitSeverities(processor, [WARN, WARN, DEBUG, DEBUG, DEBUG, DEBUG, ERROR]);
    expect(processor.stats()).toMatchObject({ queued: 5, dropped: { displaced: 2 }, droppedBySeverity: { debug: 2 } });
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r0', 'r1'], ['r4', 'r5'], ['r6']]);
  });

  it('takes the place of the low records of the oldest mixed batch, and the severe ones stay where they were', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxQueueSize: 6, maxExportBatchSize: 3 });
    emitSeverities(processor, [DEBUG, WARN, DEBUG, DEBUG, ERROR, DEBUG, ERROR, ERROR, ERROR]);
    expect(processor.stats()).toMatchObject({
      queued: 5,
      queuedBytes: 15,
      dropped: { queue_full: 0, displaced: 4 },
      droppedBySeverity: { debug: 4, unknown: 0 },
    });
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r1'], ['r4'], ['r6', 'r7', 'r8']]);
    expect(processor.stats()).toMatchObject({ delivered: 5, queued: 0, queuedBytes: 0 });
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('takes the place of low records in the open batch', async () => {
    const { exporter, processor } = setUp(
      { answer: deliverAll },
      { maxQueueSize: 4, maxExportBatchSize: 4, maxQueueBytes: 9, maxExportBatchBytes: 9 },
    );
    emitSeverities(processor, [DEBUG, ERROR]);
    processor.onEmit(testRecord({ body: 'x'.repeat(8), severityNumber: DEBUG }));
    emitSeverities(processor, [ERROR], 3);
    await processor.forceFlush();
    expect(exporter.sentBodies.flat()).toEqual(['r1', 'r3']);
    expect(processor.stats()).toMatchObject({ dropped: { displaced: 2 } });
  });

  it('is refused when all that waits is severe, and then every low one is refused as well', async () => {
    const { processor } = setUp({}, { maxQueueSize: 4, maxExportBatchSize: 2 });
    emitSeverities(processor, [...times(4, ERROR), ERROR, DEBUG]);
    expect(processor.stats()).toMatchObject({
      queued: 4,
      dropped: { queue_full: 2 },
      droppedBySeverity: { debug: 1, error: 1 },
    });
  });

  it('leaves what is in flight alone', async () => {
    const { exporter, processor } = setUp({}, { maxQueueSize: 4, maxExportBatchSize: 2 });
    emitSeverities(processor, times(4, DEBUG));
    await settled();
    emitSeverities(processor, times(3, ERROR), 4);
    expect(processor.stats()).toMatchObject({ queued: 4, inFlight: 2, dropped: { displaced: 2, queue_full: 1 } });
    exporter.sends[0]?.deliver();
    await settled();
    exporter.sends[1]?.deliver();
    await settled();
    expect(exporter.sentBodies).toEqual([
      ['r0', 'r1'],
      ['r4', 'r5'],
    ]);
    expect(exporter.sends[0]?.batch.isReleased).toBe(true);
  });

  it('takes the place of what was turned away and waits to be sent again', async () => {
    const { clock, exporter, processor } = setUp({}, { maxQueueSize: 2, maxExportBatchSize: 2 });
    emitSeverities(processor, [DEBUG, WARN]);
    await settled();
    exporter.sends[0]?.settle({ kind: 'retryable', reason: 'UNAVAILABLE' });
    await settled();
    emitSeverities(processor, [ERROR], 2);
    const flushed = processor.forceFlush();
    await clock.advance(600);
    exporter.sends[1]?.deliver();
    await settled();
    exporter.sends[2]?.deliver();
    await flushed;
    expect(exporter.sentBodies).toEqual([['r0', 'r1'], ['r1'], ['r2']]);
    expect(processor.stats()).toMatchObject({ delivered: 2, queued: 0, dropped: { displaced: 1 } });
  });

  it('is refused where the batch can not be divided, and the batch stays whole', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxQueueSize: 4, maxExportBatchSize: 2 });
    class Encoder extends LineEncoder {
      override take(): TextBatch | undefined {
        const batch = super.take();
        return batch && Object.assign(batch, { filterBySeverity: undefined });
      }
    }
    exporter.createEncoder = () => new Encoder();
    emitSeverities(processor, [DEBUG, WARN, DEBUG, DEBUG, ERROR, ERROR, ERROR]);
    expect(processor.stats()).toMatchObject({ queued: 4, dropped: { displaced: 2, queue_full: 1 } });
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([
      ['r0', 'r1'],
      ['r4', 'r5'],
    ]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    ['says nothing of its records', () => undefined],
    ['keeps too many', (batch: TextBatch) => batch.slice(0)],
  ])('is refused where the batch %s when it is filtered, and nothing is lost uncounted', async (_, filter) => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxQueueSize: 2, maxExportBatchSize: 2 });
    class Encoder extends LineEncoder {
      override take(): TextBatch | undefined {
        const batch = super.take();
        return batch && Object.assign(batch, { filterBySeverity: () => filter(batch) });
      }
    }
    exporter.createEncoder = () => new Encoder();
    emitSeverities(processor, [DEBUG, WARN, ERROR]);
    expect(processor.stats()).toMatchObject({ queued: 2, dropped: { displaced: 0, queue_full: 1 } });
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r0', 'r1']]);
    expect(imbalance(processor.stats())).toEqual([]);
  });

  it('costs a waiting batch the attributes that its resource still lacks, rather than being refused', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxQueueSize: 4, maxExportBatchSize: 2 });
    const pending = pendingResource({}, {});
    for (const [index, severityNumber] of [DEBUG, WARN, DEBUG, DEBUG, ERROR, ERROR, ERROR].entries()) {
      processor.onEmit(testRecord({ body: `r${index}`, severityNumber, resource: pending.resource }));
    }
    await settled();
    expect(processor.stats()).toMatchObject({ dropped: { queue_full: 0, displaced: 3 } });
    const flushed = processor.forceFlush();
    await pending.settle();
    await flushed;
    expect(exporter.sentBodies).toEqual([['r1'], ['r4', 'r5'], ['r6']]);
    expect(processor.stats()).toMatchObject({ delivered: 4, queued: 0, queuedBytes: 0 });
  });

  it('ends the wait of a flush for what it displaced', async () => {
    const { exporter, processor } = setUp({}, { maxQueueSize: 4, maxExportBatchSize: 2 });
    emitSeverities(processor, times(4, DEBUG));
    const flushed = processor.forceFlush();
    await settled();
    exporter.sends[0]?.settle({ kind: 'retryable', reason: 'UNAVAILABLE' });
    await settled();
    emitSeverities(processor, times(4, ERROR));
    await flushed;
    expect(processor.stats()).toMatchObject({ queued: 4, dropped: { displaced: 4 } });
  });
});

describe('drop-oldest', () => {
  it('drops the oldest batch that waits, and keeps the order of the rest', async () => {
    const options = {
      overflowPolicy: 'drop-oldest',
      severityReserve: 0,
      maxQueueSize: 6,
      maxExportBatchSize: 2,
    } as const;
    const { exporter, processor } = setUp({ answer: deliverAll }, options);
    emitSeverities(processor, [ERROR, ERROR, DEBUG, DEBUG, DEBUG, DEBUG, DEBUG, DEBUG, DEBUG]);
    expect(processor.stats()).toMatchObject({
      accepted: 9,
      queued: 5,
      dropped: { queue_full: 0, displaced: 4 },
      droppedBySeverity: { debug: 2, error: 2 },
    });
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r4', 'r5'], ['r6', 'r7'], ['r8']]);
  });

  it('never drops what is in flight', async () => {
    const options = {
      overflowPolicy: 'drop-oldest',
      severityReserve: 0,
      maxQueueSize: 4,
      maxExportBatchSize: 2,
    } as const;
    const { exporter, processor } = setUp({ maxConcurrentSends: 2 }, options);
    emitSeverities(processor, times(4, DEBUG));
    await settled();
    emitSeverities(processor, times(2, ERROR), 4);
    expect(processor.stats()).toMatchObject({ queued: 4, inFlight: 4, dropped: { queue_full: 2, displaced: 0 } });
    for (const send of exporter.open) send.deliver();
    await settled();
    expect(processor.stats()).toMatchObject({ delivered: 4, queued: 0 });
  });

  it('drops low records before severe ones, and lets a low one displace only low ones', async () => {
    const options = { overflowPolicy: 'drop-oldest', maxQueueSize: 10, maxExportBatchSize: 3 } as const;
    const { exporter, processor } = setUp({ answer: deliverAll }, options);
    emitSeverities(processor, [DEBUG, ERROR, DEBUG, DEBUG, DEBUG, DEBUG, ERROR, DEBUG, DEBUG, DEBUG, DEBUG]);
    await processor.forceFlush();
    expect(exporter.sentBodies.flat()).toEqual(['r1', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10']);
    expect(processor.stats()).toMatchObject({
      dropped: { queue_full: 0, displaced: 2 },
      droppedBySeverity: { debug: 2 },
    });
  });

  it('refuses a low record when all that waits is severe', () => {
    const options = { overflowPolicy: 'drop-oldest', maxQueueSize: 10, maxExportBatchSize: 5 } as const;
    const { processor } = setUp({}, options);
    emitSeverities(processor, [...times(10, ERROR), DEBUG, ERROR]);
    expect(processor.stats()).toMatchObject({
      dropped: { queue_full: 1, displaced: 5 },
      droppedBySeverity: { debug: 1, error: 5 },
    });
  });

  it('drops the open batch when nothing else waits', async () => {
    const options = {
      overflowPolicy: 'drop-oldest',
      severityReserve: 0,
      maxQueueSize: 4,
      maxExportBatchSize: 3,
    } as const;
    const { exporter, processor } = setUp({}, options);
    emitSeverities(processor, times(3, DEBUG));
    await settled();
    emitSeverities(processor, times(2, DEBUG), 3);
    expect(processor.stats()).toMatchObject({ queued: 4, inFlight: 3, dropped: { displaced: 1 } });
    exporter.sends[0]?.deliver();
    void processor.forceFlush();
    await settled();
    expect(exporter.sentBodies).toEqual([['r0', 'r1', 'r2'], ['r4']]);
  });
});

describe('an exporter that takes records', () => {
  it('gets what the same policies leave', async () => {
    const { exporter, processor } = setUpRecords(new RecordExporter(succeed), {
      maxQueueSize: 6,
      maxExportBatchSize: 3,
    });
    emitSeverities(processor, [DEBUG, WARN, DEBUG, DEBUG, ERROR, DEBUG, ERROR, ERROR, ERROR]);
    await processor.forceFlush();
    expect(exporter.bodies).toEqual([['r1'], ['r4'], ['r6', 'r7', 'r8']]);
    expect(processor.stats()).toMatchObject({
      delivered: 5,
      queuedBytes: 0,
      dropped: { displaced: 4 },
      droppedBySeverity: { debug: 4 },
    });
  });

  it('gets what drop-oldest leaves', async () => {
    const options = {
      overflowPolicy: 'drop-oldest',
      severityReserve: 0,
      maxQueueSize: 4,
      maxExportBatchSize: 2,
    } as const;
    const { exporter, processor } = setUpRecords(new RecordExporter(succeed), options);
    emitSeverities(processor, times(7, DEBUG));
    await processor.forceFlush();
    expect(exporter.bodies).toEqual([['r4', 'r5'], ['r6']]);
  });
});
