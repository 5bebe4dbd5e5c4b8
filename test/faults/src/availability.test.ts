// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { type OtlpReceiver, startOtlpReceiver } from '@logferry-test/support';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { arrivedByOfficialPair } from './official-pair.ts';
import { advanceUntil, allDelivered, openPipeline, type Pipeline } from './pipeline.ts';

async function receiverAt(port: number): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver({ port });
  onTestFinished(() => receiver.close());
  return receiver;
}

function taken(...receivers: readonly OtlpReceiver[]): Uint8Array[] {
  return receivers.flatMap(({ requests }) => requests.map(({ bytes }) => bytes));
}

/** Resolves when the pipeline has tried so often in vain. */
async function triedAgain(pipeline: Pipeline, times: number): Promise<void> {
  await expect
    .poll(() => pipeline.exporter.stats().retries, { interval: 2, timeout: 10_000 })
    .toBeGreaterThanOrEqual(times);
}

describeFault('the receiver is down at start', () => {
  test.each(['3.x', '0.2xx'] as const)('what was emitted before it was there arrives (SDK %s)', async (sdk) => {
    const port = await freePort();
    const pipeline = openPipeline({ endpoint: `http://127.0.0.1:${port}` }, { sdk });
    pipeline.emit(100);
    const flushed = pipeline.processor.forceFlush();
    await triedAgain(pipeline, 3);
    expect(pipeline.account([])).toEqual({ ...allDelivered(100), delivered: 0, queued: 100, arrived: 0 });
    const receiver = await receiverAt(port);
    await flushed;
    expect(pipeline.account(taken(receiver))).toEqual(allDelivered(100));
  });

  test('the official pair loses it', async () => {
    const port = await freePort();
    expect(await arrivedByOfficialPair(`http://127.0.0.1:${port}`, 100, () => [])).toBe(0);
    const receiver = await receiverAt(port);
    expect(taken(receiver)).toEqual([]);
  });
});

describeFault('the receiver is down for minutes', () => {
  test('for half an hour the queue keeps what it may, drops and counts the rest, and then drains', async () => {
    const port = await freePort();
    const clock = new ManualClock();
    const pipeline = openPipeline(
      { endpoint: `http://127.0.0.1:${port}`, clock, retry: {} },
      { clock, maxQueueSize: 200, severityReserve: 0 },
    );
    for (let minute = 1; minute <= 30; minute += 1) {
      pipeline.emit(10);
      for (let second = 0; second < 60; second += 5) {
        await clock.advance(5000);
        // The attempt that became due meets the real network.
        await delay(2);
      }
      expect(pipeline.account([])).toMatchObject({ delivered: 0, arrived: 0, queued: Math.min(10 * minute, 200) });
    }
    expect(pipeline.account([])).toEqual({
      accepted: 200,
      delivered: 0,
      queued: 200,
      dropped: { queue_full: 100 },
      arrived: 0,
      duplicates: 0,
    });

    // At most 12 s between two attempts of the exporter.
    expect(pipeline.exporter.stats().attempts).toBeGreaterThan(100);

    const receiver = await receiverAt(port);
    await advanceUntil(pipeline.processor.forceFlush({ timeoutMillis: Infinity }), clock);
    expect(pipeline.account(taken(receiver))).toEqual({ ...allDelivered(200), dropped: { queue_full: 100 } });
  });

  test('the bound in bytes holds as well', async () => {
    const port = await freePort();
    const clock = new ManualClock();
    const pipeline = openPipeline({ endpoint: `http://127.0.0.1:${port}`, clock }, { clock, maxQueueBytes: 20_000 });
    pipeline.emit(1000);
    const { queuedBytes, queued, dropped } = pipeline.processor.stats();
    expect(queuedBytes).toBeLessThan(20_000 + 100);
    expect(queued).toBeGreaterThan(200);
    expect(dropped.queue_full).toBe(1000 - queued);
    const receiver = await receiverAt(port);
    await advanceUntil(pipeline.processor.forceFlush({ timeoutMillis: Infinity }), clock);
    expect(pipeline.account(taken(receiver))).toEqual({
      ...allDelivered(queued),
      dropped: { queue_full: 1000 - queued },
    });
  });
});

describeFault('the receiver restarts', () => {
  test('five times under load: every record arrives, at most what was in flight twice', async () => {
    const receivers = [await receiverAt(0)];
    const port = receivers[0]?.port ?? 0;
    const pipeline = openPipeline({ endpoint: `http://127.0.0.1:${port}` }, { scheduledDelayMillis: 10 });
    let mayBeTwice = 0;
    for (let restart = 0; restart < 5; restart += 1) {
      pipeline.emit(95);
      const received = taken(...receivers).length;
      await expect.poll(() => taken(...receivers).length, { interval: 1 }).toBeGreaterThan(received);
      mayBeTwice += pipeline.processor.stats().inFlight;
      await receivers.at(-1)?.close();
      pipeline.emit(5);
      await triedAgain(pipeline, pipeline.exporter.stats().retries + 2);
      receivers.push(await receiverAt(port));
    }
    await pipeline.processor.forceFlush();
    const { duplicates, ...rest } = pipeline.account(taken(...receivers));
    expect({ ...rest, duplicates: 0 }).toEqual(allDelivered(500));
    expect(duplicates).toBeLessThanOrEqual(mayBeTwice);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address() as { port: number };
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return address.port;
}
