// SPDX-License-Identifier: Apache-2.0
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { testRecord } from '@logferry/core/testing';
import { type Reply } from '@logferry-test/support';
import { SEED, seededRandom } from '@logferry-test/support/random';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';

import { KillableFileExporter, KillableGrpcExporter, killSwitch } from './killable.ts';
import { tlsReceiver } from './tls-receiver.ts';

const KILLS = 20;
const BATCH_RECORDS = 200;
const WORKER = { initialRestartDelayMillis: 1, maxRestartDelayMillis: 20, maxCrashesPerBatch: KILLS + 1 };

/** Emits until the kills are done, killing at random moments. @returns how many records were emitted. */
async function emitWhileKilling(
  emit: (index: number) => void,
  kill: () => void,
  crashes: () => number,
  random: () => number,
): Promise<number> {
  let emitted = 0;
  for (let kills = 0; kills < KILLS; kills += 1) {
    const before = crashes();
    const pauseMillis = random() * 60;
    const end = performance.now() + pauseMillis;
    while (performance.now() < end) {
      for (let index = 0; index < 50; index += 1) emit(emitted++);
      await delay(1);
    }
    // A worker that is only being started may not hear it.
    for (let turn = 0; crashes() === before; turn += 1) {
      if (turn % 50 === 0) kill();
      emit(emitted++);
      await delay(5);
    }
  }
  return emitted;
}

test(
  `a worker that is killed at ${KILLS} random moments loses nothing over TLS, and sends twice at most what was in flight (FC_SEED=${SEED})`,
  { timeout: 300_000 },
  async () => {
    const random = seededRandom(SEED);
    const receiver = await tlsReceiver();
    const { kill, close } = killSwitch();
    onTestFinished(close);
    const exporter = new WorkerLogRecordExporter(
      KillableGrpcExporter,
      { endpoint: receiver.endpoint, tls: { ca: receiver.authority.cert }, compression: 'gzip' },
      WORKER,
    );
    const processor = new BatchingLogRecordProcessor(exporter, {
      maxExportBatchSize: BATCH_RECORDS,
      scheduledDelayMillis: 5,
    });
    const emit = (index: number): void => processor.onEmit(testRecord({ body: `r${index}` }));
    const emitted = await emitWhileKilling(emit, kill, () => exporter.stats().crashes, random);
    await processor.forceFlush({ timeoutMillis: 60_000 });
    const accepted = receiver.accepted();
    const expected = Array.from({ length: emitted }, (_, index) => `r${index}`);
    expect([...new Set(accepted)]).toEqual(expected);
    const { crashes, resentBatches } = exporter.stats();
    expect(crashes).toBeGreaterThanOrEqual(KILLS);
    expect(accepted.length - emitted).toBeLessThanOrEqual(resentBatches * BATCH_RECORDS);
    expect(processor.stats()).toMatchObject({ emitted, delivered: emitted, queued: 0 });
    await processor.shutdown();
  },
);

test(
  `a worker that is killed at ${KILLS} random moments leaves every record in the files, in whole lines (FC_SEED=${SEED})`,
  { timeout: 300_000 },
  async () => {
    const random = seededRandom(SEED);
    const directory = mkdtempSync(join(tmpdir(), 'logferry-worker-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    const { kill, close } = killSwitch();
    onTestFinished(close);
    const exporter = new WorkerLogRecordExporter(
      KillableFileExporter,
      { path: join(directory, 'shop.jsonl'), maxFileBytes: 200_000, maxFiles: Infinity },
      WORKER,
    );
    const processor = new BatchingLogRecordProcessor(exporter, {
      maxExportBatchSize: BATCH_RECORDS,
      scheduledDelayMillis: 5,
    });
    const emit = (index: number): void => processor.onEmit(testRecord({ body: `r${index}` }));
    const emitted = await emitWhileKilling(emit, kill, () => exporter.stats().crashes, random);
    await processor.forceFlush({ timeoutMillis: 60_000 });
    await processor.shutdown();
    const files = readdirSync(directory).filter((name) => /^shop\.\d+\.jsonl$/.test(name));
    const lines = [...files.toSorted(), 'shop.jsonl'].flatMap((name) =>
      readFileSync(join(directory, name), 'utf8').split('\n').slice(0, -1),
    );
    const found = lines.flatMap((line) => {
      JSON.parse(line);
      return Array.from(line.matchAll(/"stringValue":"(r\d+)"/g), (match) => match[1]);
    });
    expect([...new Set(found)]).toEqual(Array.from({ length: emitted }, (_, index) => `r${index}`));
    expect(found.length - emitted).toBeLessThanOrEqual(exporter.stats().resentBatches * BATCH_RECORDS);
    expect(processor.stats()).toMatchObject({ emitted, delivered: emitted, queued: 0 });
  },
);

test.each([0, 1, 2, 3, 4].map((run) => SEED + run))(
  'whatever happens to worker and destination, the books balance (FC_SEED=%i)',
  { timeout: 300_000 },
  async (seed) => {
    const random = seededRandom(seed);
    const answers: Reply[] = [
      { kind: 'ok' },
      { kind: 'ok' },
      { kind: 'ok', delayMillis: 30 },
      { kind: 'ok', rejected: 3, message: 'some' },
      { kind: 'status', code: 14 },
      { kind: 'status', code: 3 },
      { kind: 'silence' },
    ];
    let isKind = false;
    const receiver = await tlsReceiver({
      respond: () => (isKind ? { kind: 'ok' } : (answers[Math.floor(random() * answers.length)] ?? { kind: 'ok' })),
    });
    const { kill, close } = killSwitch();
    onTestFinished(close);
    const maxConcurrentSends = 1 + Math.floor(random() * 3);
    const exporter = new WorkerLogRecordExporter(
      KillableGrpcExporter,
      {
        endpoint: receiver.endpoint,
        tls: { ca: receiver.authority.cert },
        maxConcurrentSends,
        timeoutMillis: 200,
        retry: { initialBackoffMillis: 1, maxAttempts: 3 },
      },
      { initialRestartDelayMillis: 1, maxRestartDelayMillis: 20, maxCrashesPerBatch: 2 },
    );
    const processor = new BatchingLogRecordProcessor(exporter, {
      maxExportBatchSize: 20,
      maxQueueSize: 500,
      scheduledDelayMillis: 2,
      exportTimeoutMillis: 150,
    });
    const lost = (): number => Object.values(processor.stats().dropped).reduce((sum, count) => sum + count, 0);
    const balance = (): void => {
      const { emitted, delivered, queued } = processor.stats();
      expect(emitted).toBe(delivered + queued + lost());
    };
    let emitted = 0;
    for (let step = 0; step < 150; step += 1) {
      const what = random();
      if (what < 0.5) {
        const count = Math.floor(random() * 40);
        for (let index = 0; index < count; index += 1) processor.onEmit(testRecord({ body: `r${emitted++}` }));
      } else if (what < 0.85) await delay(random() * 20);
      else if (what < 0.95) kill();
      else void processor.forceFlush({ timeoutMillis: 50 }).catch(() => {});
      balance();
    }
    isKind = true;
    await processor.forceFlush({ timeoutMillis: 60_000 });
    balance();
    const stats = processor.stats();
    expect(stats).toMatchObject({ emitted, queued: 0 });
    const arrived = new Set(receiver.accepted()).size;
    // What was acknowledged is there; what was given up may be there as well.
    expect(arrived).toBeGreaterThanOrEqual(stats.delivered);
    expect(emitted - arrived).toBeLessThanOrEqual(lost());
    expect(exporter.stats()).toMatchObject({ batchesInWorker: 0, waitingBatches: 0, pendingBytes: 0 });
    await processor.shutdown();
  },
);
