// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import {
  captureDiagnostics,
  gzipBomb,
  type OtlpReceiver,
  type OtlpReceiverOptions,
  startHttp2Peer,
  startOtlpReceiver,
} from '@logferry-test/support';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { arrivedByOfficialPair } from './official-pair.ts';
import { advanceUntil, allDelivered, openPipeline } from './pipeline.ts';

async function receiverOf(options: OtlpReceiverOptions): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver(options);
  onTestFinished(() => receiver.close());
  return receiver;
}

function taken(receiver: OtlpReceiver): Uint8Array[] {
  return receiver.requests.map(({ bytes }) => bytes);
}

const MIB = 1024 * 1024;

describeFault('a batch over the limit of the server', () => {
  test('5 MiB to a receiver that takes 4 MiB are split and arrive, once and in order', async () => {
    const receiver = await receiverOf({});
    const pipeline = openPipeline(
      { endpoint: receiver.endpoint, maxRequestBytes: 8 * MIB },
      { maxExportBatchSize: 10_000, maxExportBatchBytes: 8 * MIB },
    );
    for (let number = 1; number <= 512; number += 1) {
      pipeline.emitRecord({ body: 'x'.repeat(10 * 1024), attributes: { number } });
    }
    await pipeline.processor.forceFlush();
    expect(pipeline.account(taken(receiver))).toEqual(allDelivered(512));
    expect(pipeline.exporter.stats()).toMatchObject({
      attempts: 3,
      splits: 1,
      attemptsByStatus: { RESOURCE_EXHAUSTED: 1, OK: 2 },
    });
  });

  test('the official pair loses the 5 MiB', async () => {
    const receiver = await receiverOf({});
    const body = 'x'.repeat(10 * 1024);
    expect(await arrivedByOfficialPair(receiver.endpoint, 512, () => taken(receiver), { body, batchSize: 512 })).toBe(
      0,
    );
  });

  test('a lone oversized record is dropped and counted, its neighbours arrive', async () => {
    const receiver = await receiverOf({});
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const pipeline = openPipeline(
      { endpoint: receiver.endpoint, maxRequestBytes: 8 * MIB, maxRecordBytes: 6 * MIB },
      { maxExportBatchBytes: 8 * MIB },
    );
    pipeline.emit(4);
    pipeline.emitRecord({ severityNumber: 17, body: 'x'.repeat(5 * MIB), attributes: { number: 5 } });
    pipeline.emit(5);
    await pipeline.processor.forceFlush();
    expect(pipeline.account(taken(receiver))).toEqual({
      accepted: 10,
      delivered: 9,
      queued: 0,
      dropped: { rejected: 1 },
      arrived: 9,
      duplicates: 0,
    });
    expect(diagnostics.messages).toContainEqual(
      expect.stringMatching(
        /^error: @logferry\/exporter-otlp-grpc: 1 record is lost on the way to \S+: RESOURCE_EXHAUSTED: /,
      ),
    );
  });
});

describeFault('a gzip bomb as response', () => {
  test('256 MiB of zeros: the memory stays flat, the batch is counted as lost', async () => {
    const bomb = gzipBomb(256 * MIB);
    const peer = await startHttp2Peer(() => bomb);
    onTestFinished(() => peer.close());
    const pipeline = openPipeline({ endpoint: `http://127.0.0.1:${peer.port}` });
    const before = process.memoryUsage().rss;
    pipeline.emit(10);
    let most = before;
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
    }, 5);
    onTestFinished(() => clearInterval(watch));
    await pipeline.processor.forceFlush();
    await delay(50);
    expect(most - before).toBeLessThan(64 * MIB);
    expect(pipeline.account([])).toEqual({
      accepted: 10,
      delivered: 0,
      queued: 0,
      dropped: { failed: 10 },
      arrived: 0,
      duplicates: 0,
    });
    expect(pipeline.exporter.stats().attempts).toBe(1);
  });
});

describeFault('partial success', () => {
  test('what is rejected is counted and not sent again; the message is passed on, escaped', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const receiver = await receiverOf({
      respond: (_request, index) =>
        index === 0 ? { kind: 'ok', rejected: 3, message: 'no\u001b[31m body\nplease' } : { kind: 'ok' },
    });
    const pipeline = openPipeline({ endpoint: receiver.endpoint });
    pipeline.emit(30);
    await pipeline.processor.forceFlush();
    // The receiver was handed all of them, and threw three away.
    expect(pipeline.account(taken(receiver))).toEqual({
      accepted: 30,
      delivered: 27,
      queued: 0,
      dropped: { rejected: 3 },
      arrived: 30,
      duplicates: 0,
    });
    expect(receiver.stats().acceptedRecords).toBe(27);
    const said = String.raw`no\u{1b}[31m body\u{a}please`;
    expect(diagnostics.messages).toEqual([
      `error: @logferry/exporter-otlp-grpc: 127.0.0.1:${receiver.port} refused 3 of 10 records: ${said}`,
      `warn: @logferry/processor-batch: the destination refused 3 of 10 log records: ${said}`,
      'warn: @logferry/processor-batch: dropped 3 log records (rejected): the destination refused them',
    ]);
  });

  test('a server that claims to reject more than it was sent changes no more than the batch', async () => {
    const receiver = await receiverOf({
      respond: (_request, index) => (index === 0 ? { kind: 'ok', rejected: 1_000_000 } : { kind: 'ok' }),
    });
    const pipeline = openPipeline({ endpoint: receiver.endpoint });
    pipeline.emit(30);
    await pipeline.processor.forceFlush();
    expect(pipeline.account(taken(receiver))).toMatchObject({ delivered: 20, queued: 0, dropped: { rejected: 10 } });
  });
});

/** [name, RetryInfo, milliseconds that must pass at least, and at most] */
const retryInfos = [
  ['30 s: at least that long, with jitter', { seconds: 30 }, 30_000, 45_000],
  ['a negative time: as without one', { seconds: -30 }, 0, 5000],
  ['10 years: clamped to minutes', { seconds: 315_360_000 }, 300_000, 450_000],
] as const;

describeFault('RetryInfo', () => {
  test.each(retryInfos)('%s', async (_name, retryInfo, atLeastMillis, atMostMillis) => {
    const clock = new ManualClock();
    const receiver = await receiverOf({
      respond: (_request, index) =>
        index === 0 ? { kind: 'status', code: 14, message: 'busy', retryInfo } : { kind: 'ok' },
    });
    const pipeline = openPipeline(
      { endpoint: receiver.endpoint, clock, retry: {} },
      // The wait is the exporter's: the processor's own limit would hand the batch back in between.
      { clock, exportTimeoutMillis: 0 },
    );
    pipeline.emit(30);
    await expect.poll(() => pipeline.exporter.stats().attemptsByStatus['UNAVAILABLE'], { interval: 2 }).toBe(1);
    const refusedMillis = clock.monotonicMillis();
    if (atLeastMillis > 0) await clock.advance(atLeastMillis - 1);
    await delay(20);
    if (atLeastMillis > 0) expect(pipeline.exporter.stats().attempts).toBe(1);
    await advanceUntil(pipeline.processor.forceFlush({ timeoutMillis: Infinity }), clock);
    expect(clock.monotonicMillis() - refusedMillis).toBeLessThanOrEqual(atMostMillis);
    // The refused request reached the receiver too.
    expect(pipeline.account(taken(receiver).slice(1))).toEqual(allDelivered(30));
  });

  test('30 s are kept when the processor takes the batch back in between', async () => {
    const clock = new ManualClock();
    const receiver = await receiverOf({
      respond: (_request, index) =>
        index === 0 ? { kind: 'status', code: 8, message: 'full', retryInfo: { seconds: 30 } } : { kind: 'ok' },
    });
    const pipeline = openPipeline(
      { endpoint: receiver.endpoint, clock, retry: {} },
      { clock, exportTimeoutMillis: 10_000 },
    );
    pipeline.emit(30);
    await expect.poll(() => pipeline.exporter.stats().attemptsByStatus['RESOURCE_EXHAUSTED'], { interval: 2 }).toBe(1);
    for (let second = 0; second < 29; second += 1) {
      await clock.advance(1000);
      await delay(2);
    }
    expect(receiver.requests).toHaveLength(1);
    expect(pipeline.account([])).toMatchObject({ delivered: 0, queued: 30, dropped: {} });
    await advanceUntil(pipeline.processor.forceFlush({ timeoutMillis: Infinity }), clock);
    expect(pipeline.account(taken(receiver).slice(1))).toEqual(allDelivered(30));
  });

  test('the official pair does not wait, it drops the batch', async () => {
    const receiver = await receiverOf({
      respond: (_request, index) =>
        index === 0 ? { kind: 'status', code: 14, message: 'busy', retryInfo: { seconds: 1 } } : { kind: 'ok' },
    });
    expect(await arrivedByOfficialPair(receiver.endpoint, 30, () => taken(receiver).slice(1))).toBe(20);
  });
});
