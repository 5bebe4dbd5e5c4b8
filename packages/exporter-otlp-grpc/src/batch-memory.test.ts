// SPDX-License-Identifier: Apache-2.0
import { type LogBatch, logBatch, logBodies, startOtlpReceiver, startTcpProxy } from '@logferry-test/support';
import { SEED, seededRandom } from '@logferry-test/support/random';
import zlib from 'node:zlib';
import { expect, onTestFinished, test, vi } from 'vitest';

import { OtlpGrpcLogRecordExporter } from './index.ts';

const BODY_LENGTH = 20_000;

/** Up to 1 MB in records that name their batch, so that half of a batch, or a mixture, is seen. */
function batchOf(index: number, records: number): LogBatch {
  return logBatch(Array.from({ length: records }, (_, record) => `${index}/${record}/`.padEnd(BODY_LENGTH, '.')));
}

test.each(['none', 'gzip'] as const)(
  'whatever ends a send, nothing of its batch is read afterwards: its memory may hold other bytes at once (%s)',
  { timeout: 60_000 },
  async (compression) => {
    const random = seededRandom(SEED);
    const receiver = await startOtlpReceiver({
      respond: (_request, index) => {
        if (index % 7 === 3) return { kind: 'status', code: 14, delayMillis: 2 };
        if (index % 11 === 5) return { kind: 'status', code: 8 };
        return index % 5 === 2 ? { kind: 'silence' } : { kind: 'ok', delayMillis: index % 3 };
      },
    });
    onTestFinished(() => receiver.close());
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());

    let exporter = exporterTo();
    function exporterTo(): OtlpGrpcLogRecordExporter {
      return new OtlpGrpcLogRecordExporter({
        endpoint: `http://127.0.0.1:${proxy.port}`,
        environment: {},
        compression,
        timeoutMillis: 1000,
        retry: { initialBackoffMillis: 1, maxBackoffMillis: 5, maxAttempts: 3 },
        channelOptions: { 'grpc.initial_reconnect_backoff_ms': 5, 'grpc.max_reconnect_backoff_ms': 20 },
      });
    }
    const flights: Promise<void>[] = [];
    let settled = 0;
    for (let index = 0; index < 150; index += 1) {
      const batch = batchOf(index, 1 + Math.floor(random() * 50));
      const controller = new AbortController();
      flights.push(
        exporter.send(batch, controller.signal).then(() => {
          // What it held is overwritten in the very turn in which the send settles.
          batch.release();
          settled += 1;
        }),
      );
      const fate = random();
      if (fate < 0.2) controller.abort();
      else if (fate < 0.6) setTimeout(() => controller.abort(), random() * 20);
      if (fate > 0.97) proxy.resetAll();
      else if (fate > 0.95) proxy.setMode('stall');
      else if (fate > 0.7) proxy.setMode('forward');
      if (fate > 0.75 && fate < 0.77) {
        void exporter.shutdown();
        exporter = exporterTo();
      }
      if (random() < 0.6) {
        await new Promise((resolve) => {
          setTimeout(resolve, random() * 8);
        });
      }
    }
    proxy.setMode('forward');
    await Promise.all(flights);
    await exporter.shutdown();
    expect(settled).toBe(150);
    const arrived = receiver.requests.length;
    for (const { bytes } of receiver.requests) {
      const bodies = logBodies(bytes);
      const [batch] = bodies[0]?.split('/') ?? [];
      const first = Number(bodies[0]?.split('/')[1]);
      const whole = bodies.map((_, offset) => `${batch}/${first + offset}/`.padEnd(BODY_LENGTH, '.'));
      expect(bodies, `FC_SEED=${SEED}, ${arrived} requests`).toEqual(whole);
      // Byte for byte, because a decoder passes over what it does not know.
      expect(
        bodies.length > 0 && logBatch(bodies).bytes.every((byte, at) => byte === bytes[at]),
        `FC_SEED=${SEED}`,
      ).toBe(true);
    }
    expect(arrived, `FC_SEED=${SEED}`).toBeGreaterThan(0);
    expect(receiver.stats().unreadable, `FC_SEED=${SEED}`).toBe(0);
  },
);

test('what zlib compresses on another thread, beyond the end of a cancelled send, is a copy', async () => {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.close());
  const exporter = new OtlpGrpcLogRecordExporter({
    endpoint: receiver.endpoint,
    environment: {},
    compression: 'gzip',
  });
  onTestFinished(() => exporter.shutdown());
  const compressed = vi.spyOn(zlib, 'gzip');
  onTestFinished(() => compressed.mockRestore());
  const batch = batchOf(0, 3);
  const bytes = Buffer.from(batch.bytes);
  await exporter.send(batch, AbortSignal.timeout(5000));
  const inputs = compressed.mock.calls.map(([input]) => input as Buffer);
  expect(inputs.map((input) => input.equals(bytes))).toEqual([true]);
  expect(inputs[0]?.buffer).not.toBe(batch.bytes.buffer);
});
