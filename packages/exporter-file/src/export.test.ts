// SPDX-License-Identifier: Apache-2.0
import type { ExportResult, ReadableLogRecord } from '@logferry/core';
import { ManualClock, pendingResource, testRecord } from '@logferry/core/testing';
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import type { RotatingFileLogRecordExporter } from './rotating-file-log-record-exporter.ts';
import { SmallDisk } from './test-support/faulty-port.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';
import { bodiesIn } from './test-support/read-bodies.ts';

function exportAll(
  exporter: RotatingFileLogRecordExporter,
  ...records: readonly ReadableLogRecord[]
): Promise<ExportResult> {
  return new Promise((resolve) => exporter.export([...records], resolve));
}

describe('export', () => {
  it('writes the records as OTLP JSON', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    const result = await exportAll(exporter, testRecord({ attributes: { 'order.id': 42 } }), testRecord());
    expect(result).toStrictEqual({ code: 0 });
    const lines = logs.read('orders.jsonl').split('\n');
    expect(lines.pop()).toBe('');
    const record = {
      timeUnixNano: '1767225600123456789',
      observedTimeUnixNano: '1767225600123456790',
      severityNumber: 9,
      severityText: 'INFO',
      body: { stringValue: 'order accepted' },
    };
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'orders' } }] };
    const scope = { name: 'orders', version: '1.0.0' };
    const logRecords = [{ ...record, attributes: [{ key: 'order.id', value: { intValue: '42' } }] }, record];
    expect(lines.map((line) => JSON.parse(line) as unknown)).toStrictEqual([
      { resourceLogs: [{ resource, scopeLogs: [{ scope, logRecords }] }] },
    ]);
    expect(exporter.stats()).toMatchObject({ writtenRecords: 2 });
  });

  it('shapes lines as the options say', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxRecordsPerLine: 1, maxFileBytes: 1000 });
    await exportAll(exporter, ...['a', 'b', 'c', 'd'].map((body) => testRecord({ body })));
    const bodies = logs.inOrder('orders.jsonl').map((text) => text.trimEnd().split('\n').map(bodiesIn));
    expect(bodies).toStrictEqual([[['a'], ['b'], ['c']], [['d']]]);
  });

  it('keeps the order of calls that were not waited for', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 2000, maxFiles: Infinity });
    const calls = Array.from({ length: 40 }, (_, n) => exportAll(exporter, testRecord({ body: `record ${n}` })));
    expect(await Promise.all(calls)).toStrictEqual(Array.from({ length: 40 }, () => ({ code: 0 })));
    expect(logs.inOrder('orders.jsonl').flatMap(bodiesIn)).toStrictEqual(
      Array.from({ length: 40 }, (_, n) => `record ${n}`),
    );
    expect(exporter.stats().rotations).toBeGreaterThan(2);
  });

  it('tries again while the time of the export lasts, and in order', async () => {
    const logs = new LogDirectory();
    const clock = new ManualClock();
    const disk = new SmallDisk(0);
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), clock }, disk.port);
    const first = exportAll(exporter, testRecord({ body: 'first' }));
    const second = exportAll(exporter, testRecord({ body: 'second' }));
    // Each export has two for its time.
    await failAndWait(exporter, 1, clock, 5);
    await clock.advance(1000);
    await failAndWait(exporter, 2, clock, 5);
    disk.freeBytes = 10_000;
    await clock.advance(1000);
    expect([await first, await second]).toStrictEqual([{ code: 0 }, { code: 0 }]);
    expect(bodiesIn(logs.read('orders.jsonl'))).toStrictEqual(['first', 'second']);
    expect(clock.pendingTimers).toBe(0);
  });

  it('reports the failure when that time is up', async () => {
    const logs = new LogDirectory();
    const clock = new ManualClock();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), clock }, new SmallDisk(0).port);
    const call = exportAll(exporter, testRecord());
    for (let failures = 1; failures <= 30; failures += 1) {
      await failAndWait(exporter, failures, clock, 3);
      await clock.advance(1000);
    }
    const message = `writing ${logs.at('orders.jsonl')} failed with ENOSPC: no space left on device`;
    expect(await call).toMatchObject({ code: 1, error: { code: 'EXPORT_FAILED', message } });
    expect(clock.pendingTimers).toBe(0);
  });

  it('stops trying at the shutdown', async () => {
    const logs = new LogDirectory();
    const clock = new ManualClock();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), clock }, new SmallDisk(0).port);
    const call = exportAll(exporter, testRecord());
    await untilFailures(exporter, 1);
    await exporter.shutdown();
    expect(await call).toMatchObject({ code: 1 });
    expect(clock.pendingTimers).toBe(0);
  });

  it('is waited for by flush and shutdown while it waits for the resource', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    const pending = pendingResource({ 'service.name': 'orders' }, { 'host.name': 'h1' });
    const call = exportAll(exporter, testRecord({ resource: pending.resource }));
    const flush = exporter.forceFlush();
    const shutdown = exporter.shutdown();
    await pending.settle();
    await Promise.all([flush, shutdown]);
    expect(await call).toStrictEqual({ code: 0 });
    expect(logs.read('orders.jsonl')).toContain('"host.name"');
  });

  it('does not wait for ever for a resource that never settles', async () => {
    const logs = new LogDirectory();
    const clock = new ManualClock();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), clock });
    const { resource } = pendingResource({}, {});
    const call = exportAll(exporter, testRecord({ resource }));
    await clock.advance(30_000);
    expect(await call).toMatchObject({
      code: 1,
      error: { code: 'EXPORT_FAILED', message: "the resource's asynchronous attributes were not known in time" },
    });
  });

  it('survives a callback that throws', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl') });
    exporter.export([testRecord({ body: 'first' })], () => {
      throw new Error('the processor is broken');
    });
    expect(await exportAll(exporter, testRecord({ body: 'second' }))).toStrictEqual({ code: 0 });
    expect(bodiesIn(logs.read('orders.jsonl'))).toStrictEqual(['first', 'second']);
  });
});

describe('the official batch processor', () => {
  it('delivers every record, in order', async () => {
    const logs = new LogDirectory();
    const exporter = fileExporter({ path: logs.at('orders.jsonl'), maxFileBytes: 50_000, maxFiles: Infinity });
    const processor = new BatchLogRecordProcessor({ exporter, maxQueueSize: 10_000 });
    const provider = new LoggerProvider({ processors: [processor] });
    const logger = provider.getLogger('orders');
    for (let n = 0; n < 5000; n += 1) logger.emit({ body: `record ${n}` });
    await provider.shutdown();
    expect(logs.inOrder('orders.jsonl').flatMap(bodiesIn)).toStrictEqual(
      Array.from({ length: 5000 }, (_, n) => `record ${n}`),
    );
    expect(exporter.stats()).toMatchObject({ writtenRecords: 5000, failures: {} });
    expect(await sendLines(exporter, ['{}'])).toMatchObject({ kind: 'failed' });
  });
});

/**
 * Waits until so many writes have failed, and for the pause after the last one: a file answers in its own time, and the
 * clock must not run ahead of it.
 *
 * @param timers that are set during the pause, the one for it among them.
 */
async function failAndWait(
  exporter: RotatingFileLogRecordExporter,
  failures: number,
  clock: ManualClock,
  timers: number,
): Promise<void> {
  await untilFailures(exporter, failures);
  while (clock.pendingTimers !== timers) await nextTurn();
}

/** Waits until so many writes have failed; each failure ends in a turn of the event loop. */
async function untilFailures(exporter: RotatingFileLogRecordExporter, count: number): Promise<void> {
  while ((exporter.stats().failures['ENOSPC'] ?? 0) < count) await nextTurn();
}
