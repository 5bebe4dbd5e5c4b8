// SPDX-License-Identifier: Apache-2.0
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { captureDiagnostics, startOtlpReceiver } from '@logferry-test/support';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';

import { describeFault } from './fault-rows.ts';
import { allDelivered, openPipelineTo } from './pipeline.ts';

/** The threads that are started from now on. */
function startedWorkers(): Worker[] {
  const workers: Worker[] = [];
  const note = (worker: Worker): void => void workers.push(worker);
  process.on('worker', note);
  onTestFinished(() => void process.off('worker', note));
  return workers;
}

describeFault('the worker crashes', () => {
  test('five times under load: it is started again, every record arrives, at most what was in flight twice', async () => {
    const diagnostics = captureDiagnostics();
    onTestFinished(() => diagnostics.stop());
    const workers = startedWorkers();
    const receiver = await startOtlpReceiver({ respond: () => ({ kind: 'ok', delayMillis: 30 }) });
    onTestFinished(() => receiver.close());
    const exporter = new WorkerLogRecordExporter(
      OtlpGrpcLogRecordExporter,
      { endpoint: receiver.endpoint, environment: {} },
      { initialRestartDelayMillis: 10, maxRestartDelayMillis: 20 },
    );
    const pipeline = openPipelineTo(exporter);
    let mayBeTwice = 0;
    for (let crash = 1; crash <= 5; crash += 1) {
      const { requests } = receiver.stats();
      pipeline.emit(100);
      // In the middle of the batches: one of them is being answered.
      await expect
        .poll(() => receiver.stats().requests, { interval: 1, timeout: 10_000 })
        .toBeGreaterThan(requests + 2);
      mayBeTwice += pipeline.processor.stats().inFlight;
      await workers.at(-1)?.terminate();
    }
    await pipeline.processor.forceFlush();
    const { duplicates, ...rest } = pipeline.account(receiver.requests.map(({ bytes }) => bytes));
    expect({ ...rest, duplicates: 0 }).toEqual(allDelivered(500));
    expect(duplicates).toBeGreaterThan(0);
    expect(duplicates).toBeLessThanOrEqual(mayBeTwice);
    expect(exporter.stats()).toMatchObject({ crashes: 5, deliveredRecords: 500 });
    expect(workers).toHaveLength(6);
  });
});
