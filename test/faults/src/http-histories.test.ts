// SPDX-License-Identifier: Apache-2.0
import { OtlpHttpLogRecordExporter } from '@logferry/exporter-otlp-http';
import { type HttpReply, startOtlpHttpReceiver, startTcpProxy } from '@logferry-test/support';
import { SEED, seededRandom } from '@logferry-test/support/random';
import { expect, onTestFailed, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { openPipelineTo } from './pipeline.ts';

describeFault('a bare HTTP status', () => {
  test('OTLP/HTTP: whatever a receiver answers, and whenever the network cuts, the accounts are exact', async () => {
    onTestFailed(() => console.error(`FC_SEED=${SEED}`));
    const random = seededRandom(SEED);
    const answers: readonly (() => HttpReply)[] = [
      () => ({ kind: 'ok' }),
      () => ({ kind: 'ok' }),
      () => ({ kind: 'ok' }),
      () => ({ kind: 'status', status: 503, headers: { 'retry-after': '0' } }),
      () => ({ kind: 'status', status: [429, 502, 504][Math.floor(random() * 3)] ?? 429 }),
      () => ({ kind: 'status', status: 400 }),
      () => ({ kind: 'ok', rejected: 1, message: 'one is too old' }),
      () => ({ kind: 'silence' }),
    ];
    const replies: HttpReply[] = [];
    const receiver = await startOtlpHttpReceiver({
      respond: ({ recordCount }) => {
        const splits = recordCount > 5 && random() < 0.2;
        const reply: HttpReply = splits
          ? { kind: 'status', status: 413 }
          : (answers[Math.floor(random() * answers.length)] ?? answers[0])!();
        replies.push(reply);
        return reply;
      },
    });
    onTestFinished(() => receiver.close());
    const proxy = await startTcpProxy(receiver.port);
    onTestFinished(() => proxy.close());
    const exporter = new OtlpHttpLogRecordExporter({
      endpoint: `http://127.0.0.1:${proxy.port}/v1/logs`,
      environment: {},
      timeoutMillis: 100,
      maxConcurrentSends: 2,
      retry: { initialBackoffMillis: 1, maxBackoffMillis: 5 },
    });
    const pipeline = openPipelineTo(exporter);
    for (let turn = 0; turn < 20; turn += 1) {
      pipeline.emit(Math.ceil(random() * 30));
      if (random() < 0.4) proxy.resetAfterBytesDown(Math.floor(random() * 500));
      if (random() < 0.2) proxy.resetAll();
      await new Promise((resolve) => {
        setTimeout(resolve, random() * 10);
      });
      pipeline.account([]);
    }
    await pipeline.processor.forceFlush();
    const taken = receiver.requests.filter((_, index) => replies[index]?.kind === 'ok');
    const { accepted, delivered, queued, dropped, arrived } = pipeline.account(taken.map(({ bytes }) => bytes));
    expect(queued).toBe(0);
    expect(delivered + (dropped.rejected ?? 0) + (dropped.failed ?? 0)).toBe(accepted);
    // Nothing counts as delivered that the receiver has not.
    expect(arrived).toBeGreaterThanOrEqual(delivered);
    expect(exporter.stats()).toMatchObject({
      deliveredRecords: delivered,
      rejectedRecords: expect.any(Number) as number,
    });
    const { rejectedRecords, failedRecords } = exporter.stats();
    expect(rejectedRecords + failedRecords).toBe(accepted - delivered);
  });
});
