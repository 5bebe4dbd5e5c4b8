// SPDX-License-Identifier: Apache-2.0
/**
 * What the SDK's own batch processor gets wrong on both of its lines, each as the behaviour that ours has instead, behind
 * the SDK's LoggerProvider. (The end of a process, defects 6 and 8, is in process-end.test.ts.)
 */
import { InMemoryLogRecordExporter, LoggerProvider } from '@opentelemetry/sdk-logs';
import type { ReadableLogRecord } from '@logferry/core';
import { ManualClock } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { BatchingLogRecordProcessor, type BatchingProcessorOptions } from './index.ts';
import { RecordExporter, succeed, SUCCESS } from './test-doubles/record-exporter.ts';
import { bodies, imbalance, settled } from './test-doubles/records.ts';

/** The SDK's LoggerProvider with our processor and an exporter that takes records. */
function setUpProvider(exporter: RecordExporter, options: BatchingProcessorOptions = {}) {
  const clock = new ManualClock();
  const processor = new BatchingLogRecordProcessor(exporter, { clock, environment: {}, ...options });
  const provider = new LoggerProvider({ processors: [processor] });
  const logger = provider.getLogger('orders');
  const log = (count: number, first = 0): void => {
    for (const body of bodies(count, first)) logger.emit({ body });
  };
  return { clock, processor, provider, logger, log };
}

describe('defect 1: shutdown during forceFlush', () => {
  it('delivers every record before the exporter is shut down', async () => {
    const delivered: unknown[] = [];
    const exporter = new RecordExporter((call) => {
      setImmediate(() => {
        expect(exporter.shutdowns).toBe(0);
        delivered.push(...call.records.map((record) => record.body));
        call.done(SUCCESS);
      });
    });
    const { processor, provider, log } = setUpProvider(exporter, { maxExportBatchSize: 10 });
    log(60);
    const flushed = provider.forceFlush();
    const down = provider.shutdown();
    await Promise.all([flushed, down]);
    expect(delivered).toEqual(bodies(60));
    expect(exporter.shutdowns).toBe(1);
    expect(processor.stats()).toMatchObject({ delivered: 60, queued: 0 });
  });
});

describe('defect 2: a second forceFlush beside the first', () => {
  it('resolves only when its records are exported', async () => {
    const exporter = new RecordExporter();
    const { provider, log } = setUpProvider(exporter);
    log(2);
    const order: string[] = [];
    const first = provider.forceFlush().then(() => order.push('first'));
    log(1, 2);
    const second = provider.forceFlush().then(() => order.push('second'));
    await settled();
    exporter.calls[0]?.done(SUCCESS);
    await settled();
    expect(order).toEqual(['first']);
    exporter.calls[1]?.done(SUCCESS);
    await Promise.all([first, second]);
    expect(exporter.bodies).toEqual([['r0', 'r1'], ['r2']]);
  });
});

describe('defect 3: an exporter whose forceFlush rejects while an export is in flight', () => {
  it('is called again for every later record', async () => {
    const exporter = new RecordExporter((call) => void setImmediate(() => call.done(SUCCESS)));
    exporter.forceFlush = () => Promise.reject(new Error('not now'));
    const { processor, provider, log } = setUpProvider(exporter, { maxExportBatchSize: 5 });
    log(5);
    await settled();
    await expect(provider.forceFlush()).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
    log(200, 5);
    await expect(provider.forceFlush()).rejects.toMatchObject({ code: 'EXPORT_FAILED' });
    expect(exporter.bodies.flat()).toEqual(bodies(205));
    expect(processor.stats()).toMatchObject({ delivered: 205, queued: 0 });
  });
});

describe('defect 4: a poison record', () => {
  it('does not take its batch with it', async () => {
    const exported: string[] = [];
    const exporter = new RecordExporter((call) => {
      // As serializers do, it walks through all values, and fails with the whole batch where one throws.
      const texts = call.records.map((record) => JSON.stringify(record.body));
      exported.push(...texts);
      call.done(SUCCESS);
    });
    const { processor, provider, logger, log } = setUpProvider(exporter);
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const throwing = (): never => {
      throw new Error('boom');
    };
    log(50);
    logger.emit({ body: circular });
    logger.emit({ body: Object.defineProperty({}, 'bad', { get: throwing, enumerable: true }) });
    logger.emit({ body: new Proxy({}, { ownKeys: throwing, get: throwing }) });
    logger.emit({ body: { big: 1n } });
    log(50, 50);
    await provider.forceFlush();
    expect(exported).toEqual([
      ...bodies(50).map((body) => JSON.stringify(body)),
      '{"self":"[Circular]"}',
      '{"bad":"[Throws]"}',
      '"[Throws]"',
      '{"big":1}',
      ...bodies(50, 50).map((body) => JSON.stringify(body)),
    ]);
    expect(processor.stats()).toMatchObject({ delivered: 104, queued: 0 });
  });
});

describe('defect 5: an export that does not end in time', () => {
  it('is never overlapped by another one, and its late success is not counted', async () => {
    let running = 0;
    let mostRunning = 0;
    const clock = new ManualClock();
    const exporter = new RecordExporter((call) => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      clock.setTimer(() => {
        running -= 1;
        call.done(SUCCESS);
      }, 150);
    });
    const { processor, log } = setUpProvider(exporter, { clock, maxExportBatchSize: 1, exportTimeoutMillis: 100 });
    log(15);
    await clock.advance(15 * 150);
    expect(mostRunning).toBe(1);
    expect(exporter.bodies.flat()).toEqual(bodies(15));
    expect(processor.stats()).toMatchObject({ delivered: 0, queued: 0, dropped: { export_timeout: 15 } });
    expect(imbalance(processor.stats())).toEqual([]);
  });
});

describe('defect 7: something that throws below onEmit', () => {
  it('neither reaches emit() nor keeps the next processor from the record', async () => {
    const exporter = Object.assign(new RecordExporter(), {
      maxConcurrentSends: 1,
      createEncoder: () => {
        throw new Error('boom');
      },
      send: () => Promise.reject(new Error('boom')),
    });
    const clock = new ManualClock();
    const first = new BatchingLogRecordProcessor(exporter, { clock, environment: {} });
    const memory = new InMemoryLogRecordExporter();
    const second = new BatchingLogRecordProcessor(memory, { clock, environment: {} });
    const provider = new LoggerProvider({ processors: [first, second] });
    provider.getLogger('orders').emit({ body: 'r0' });
    await provider.forceFlush();
    expect(memory.getFinishedLogRecords()).toMatchObject([{ body: 'r0' }]);
    expect(first.stats()).toMatchObject({ emitted: 1, dropped: { encode_error: 1 } });
  });
});

describe('defect 8: shutdown', () => {
  it('has one limit for everything, also when each export hangs', async () => {
    const exporter = new RecordExporter();
    const { clock, processor, provider, log } = setUpProvider(exporter, {
      maxExportBatchSize: 1,
      exportTimeoutMillis: 20_000,
      shutdownTimeoutMillis: 30_000,
    });
    log(100);
    let isDown = false;
    const down = provider.shutdown().then(() => {
      isDown = true;
    });
    await clock.advance(27_999);
    expect(isDown).toBe(false);
    await clock.advance(2001);
    await down;
    expect(processor.stats()).toMatchObject({ queued: 0, dropped: { export_timeout: 1, shutdown: 99 } });
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('defect 9: what is dropped', () => {
  it('is counted and said, after shutdown and when the queue is full', async () => {
    const reports: string[] = [];
    const { clock, processor, provider, log } = setUpProvider(new RecordExporter(succeed), {
      maxQueueSize: 2,
      onDrop: ({ reason, count }) => void reports.push(`${reason} ${count}`),
    });
    log(3);
    await provider.shutdown();
    processor.onEmit({ body: 'late' } as ReadableLogRecord);
    await clock.advance(1000);
    expect(reports).toEqual(['queue_full 1', 'already_shutdown 1']);
    expect(processor.stats()).toMatchObject({
      emitted: 4,
      delivered: 2,
      dropped: { queue_full: 1, already_shutdown: 1 },
    });
  });
});

describe("the SDK's own InMemoryLogRecordExporter behind our processor", () => {
  it('gets 100,000 records from a LoggerProvider complete, in order and exactly once', async () => {
    const memory = new InMemoryLogRecordExporter();
    const processor = new BatchingLogRecordProcessor(memory, { environment: {} });
    const provider = new LoggerProvider({ processors: [processor] });
    const logger = provider.getLogger('orders', '1.0.0');
    for (const body of bodies(100_000)) logger.emit({ body, severityNumber: 9, attributes: { 'order.id': body } });
    await provider.forceFlush();
    const records = memory.getFinishedLogRecords();
    expect(records.map((record) => record.body)).toEqual(bodies(100_000));
    expect(records[99_999]).toMatchObject({
      severityNumber: 9,
      attributes: { 'order.id': 'r99999' },
      instrumentationScope: { name: 'orders', version: '1.0.0' },
    });
    expect(new Set(records.map((record) => record.instrumentationScope)).size).toBe(1);
    await provider.shutdown();
    expect(processor.stats()).toMatchObject({ delivered: 100_000, queued: 0 });
  });
});
