// SPDX-License-Identifier: Apache-2.0
import { ManualClock, testRecord } from '@logferry/core/testing';
import { BatchLogRecordProcessor, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { expect, onTestFinished, test } from 'vitest';

import { captureDiagnostics } from '../capture-diagnostics.ts';
import { logBodies } from '../log-batch.ts';
import { arrived, exporterTo, type ExporterKind, receiverOf } from './exporter-kind.ts';

function bodies(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `order ${index}`);
}

/** Tests of an exporter behind the processors of the official SDK, and of the results that they are told. */
export function testWithSdk<Reply extends object>(kind: ExporterKind<Reply>): void {
  const { busy, refused } = kind;
  test("records of the SDK's logger arrive through its own batch processor", async () => {
    const receiver = await receiverOf(kind);
    const provider = new LoggerProvider({
      processors: [
        new BatchLogRecordProcessor({
          exporter: exporterTo(kind, receiver),
          maxQueueSize: 10_000,
          maxExportBatchSize: 500,
        }),
      ],
    });
    const logger = provider.getLogger('orders');
    for (const body of bodies(5000)) logger.emit({ severityNumber: 9, body });
    await provider.shutdown();
    expect(arrived(receiver)).toEqual(bodies(5000));
  });

  test("records of the SDK's logger arrive through its own simple processor", async () => {
    const receiver = await receiverOf(kind);
    const provider = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter: exporterTo(kind, receiver) })],
    });
    const logger = provider.getLogger('orders');
    for (const body of bodies(50)) logger.emit({ severityNumber: 9, body });
    await provider.forceFlush();
    await provider.shutdown();
    expect(arrived(receiver).toSorted()).toEqual(bodies(50).toSorted());
  });

  test('100,000 encoded records arrive in order, each once, while the receiver refuses one request in three', async () => {
    const count = 100_000;
    const receiver = await receiverOf(kind, (index) => (index % 3 === 1 ? busy.reply : { kind: 'ok' }));
    const exporter = exporterTo(kind, receiver, { retry: { initialBackoffMillis: 1 } });
    const encoder = exporter.createEncoder();
    for (let index = 0; index < count; index += 1) {
      encoder.append(testRecord({ body: `order ${index}` }));
      if (encoder.byteLength < 256 * 1024 && index < count - 1) continue;
      const batch = encoder.take();
      if (batch === undefined) throw new Error('no batch');
      expect(await exporter.send(batch, AbortSignal.timeout(10_000))).toEqual({ kind: 'delivered', rejectedCount: 0 });
      batch.release();
    }
    const taken = receiver.requests.filter((_request, index) => index % 3 !== 1);
    const refusedRequests = receiver.requests.length - taken.length;
    const received = taken.flatMap((request) => logBodies(request.bytes));
    expect(received.length).toBe(count);
    expect(received.findIndex((body, index) => body !== `order ${index}`)).toBe(-1);
    expect(exporter.stats()).toMatchObject({ deliveredRecords: count, failedRecords: 0, retries: refusedRequests });
  });

  test('an export reports success only when every record was taken', async () => {
    const receiver = await receiverOf(kind, (index) => {
      if (index === 0) return { kind: 'ok' };
      return index === 1 ? { kind: 'ok', rejected: 1, message: 'too old' } : refused.reply;
    });
    const exporter = exporterTo(kind, receiver);
    const results = [];
    for (let turn = 0; turn < 3; turn += 1) {
      results.push(
        await new Promise((resolve) => {
          exporter.export([testRecord(), testRecord()], resolve);
        }),
      );
    }
    expect(results).toEqual([
      { code: 0 },
      {
        code: 1,
        error: expect.objectContaining({
          code: 'EXPORT_FAILED',
          message: 'the destination rejected 1 of 2 records: too old',
        }) as unknown,
      },
      {
        code: 1,
        error: expect.objectContaining({ code: 'EXPORT_FAILED', message: refused.reason }) as unknown,
      },
    ]);
  });

  test('a callback that throws does no harm', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await receiverOf(kind);
    exporterTo(kind, receiver).export([testRecord()], () => {
      throw new Error('from the callback');
    });
    await expect
      .poll(() => diagnostics.messages)
      .toEqual([`error: ${kind.packageName}: the callback of an export threw`]);
  });

  test('an export after shutdown reports failure', async () => {
    const exporter = exporterTo(kind, await receiverOf(kind));
    await exporter.shutdown();
    const result = await new Promise((resolve) => {
      exporter.export([testRecord()], resolve);
    });
    expect(result).toEqual({
      code: 1,
      error: expect.objectContaining({ code: 'EXPORT_FAILED', message: 'the exporter was shut down' }) as unknown,
    });
  });

  test('an export ends after 30 seconds without success, and its records are counted as lost', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf(kind, () => busy.reply);
    const exporter = exporterTo(kind, receiver, { clock, timeoutMillis: 0, retry: { initialBackoffMillis: 60_000 } });
    const exported = new Promise((resolve) => {
      exporter.export([testRecord(), testRecord()], resolve);
    });
    await expect.poll(() => clock.pendingTimers, { interval: 2, timeout: 10_000 }).toBe(2);
    await clock.advance(30_000);
    expect(await exported).toEqual({
      code: 1,
      error: expect.objectContaining({ code: 'EXPORT_FAILED', message: busy.reason }) as unknown,
    });
    expect(exporter.stats()).toMatchObject({ deliveredRecords: 0, failedRecords: 2 });
    expect(clock.pendingTimers).toBe(0);
  });
}
