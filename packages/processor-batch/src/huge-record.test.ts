// SPDX-License-Identifier: Apache-2.0
import { pendingResource, testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { RecordExporter, succeed } from './test-doubles/record-exporter.ts';
import { emit, settled } from './test-doubles/records.ts';
import { deliverAll } from './test-doubles/scripted-exporter.ts';
import { setUp, setUpRecords } from './test-doubles/set-up.ts';
import { LineEncoder, linesOf, TextBatch } from './test-doubles/text-encoder.ts';

describe('a huge record', () => {
  const huge = 'x'.repeat(100);

  it('is sent alone, and costs the others nothing when it is refused', async () => {
    const { exporter, processor } = setUp({}, { maxExportBatchBytes: 20 });
    emit(processor, 3);
    processor.onEmit(testRecord({ body: huge, severityNumber: 17 }));
    emit(processor, 1, 3);
    await settled();
    exporter.sends[0]?.deliver();
    await settled();
    exporter.sends[1]?.settle({ kind: 'failed', reason: 'RESOURCE_EXHAUSTED' });
    const flushed = processor.forceFlush();
    await settled();
    exporter.sends[2]?.deliver();
    await flushed;
    expect(exporter.sentBodies).toEqual([['r0', 'r1', 'r2'], [huge], ['r3']]);
    expect(processor.stats()).toMatchObject({
      delivered: 4,
      queued: 0,
      queuedBytes: 0,
      batches: 3,
      dropped: { failed: 1 },
      droppedBySeverity: { error: 1, unknown: 0 },
    });
  });

  it('is waited for by a flush with the batch that it was in', async () => {
    const { exporter, processor } = setUp({ maxConcurrentSends: 2 }, { maxExportBatchBytes: 20 });
    emit(processor, 1);
    processor.onEmit(testRecord({ body: huge }));
    let isFlushed = false;
    const flushed = processor.forceFlush().then(() => {
      isFlushed = true;
    });
    await settled();
    exporter.sends[1]?.deliver();
    await settled();
    expect(isFlushed).toBe(false);
    exporter.sends[0]?.deliver();
    await flushed;
    expect(exporter.sentBodies).toEqual([['r0'], [huge]]);
  });

  it('is sent alone when its batch waited for a resource', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxExportBatchBytes: 20 });
    const pending = pendingResource({}, {});
    for (const body of ['r0', 'r1', huge, 'r2']) processor.onEmit(testRecord({ body, resource: pending.resource }));
    const flushed = processor.forceFlush();
    await pending.settle();
    await flushed;
    expect(exporter.sentBodies).toEqual([['r0', 'r1'], [huge], ['r2']]);
    expect(processor.stats()).toMatchObject({ delivered: 4, queuedBytes: 0 });
  });

  it('is sent alone to an exporter that takes records', async () => {
    const { exporter, processor } = setUpRecords(new RecordExporter(succeed), { maxExportBatchBytes: 1000 });
    for (const body of ['r0', 'r1', 'x'.repeat(3000), 'r2']) processor.onEmit(testRecord({ body }));
    await processor.forceFlush();
    expect(exporter.bodies.map((batch) => batch.length)).toEqual([2, 1, 1]);
  });

  it('stays with the others where its batch can not be split', async () => {
    const { exporter, processor } = setUp({ answer: deliverAll }, { maxExportBatchBytes: 20 });
    class Encoder extends LineEncoder {
      override take(): TextBatch | undefined {
        const batch = super.take();
        return batch && Object.assign(batch, { split: () => [new TextBatch(linesOf('r0')), new TextBatch([])] });
      }
    }
    exporter.createEncoder = () => new Encoder();
    emit(processor, 1);
    processor.onEmit(testRecord({ body: huge }));
    await processor.forceFlush();
    expect(exporter.sentBodies).toEqual([['r0', huge]]);
    expect(processor.stats()).toMatchObject({ delivered: 2 });
  });
});
