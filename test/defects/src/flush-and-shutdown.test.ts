// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics } from '@logferry-test/support';
import { vi } from 'vitest';

import { defect } from './contenders.ts';
import { emit, SUCCESS, ToldExporter, turns } from './exporters.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

defect(
  '1: shutdown during forceFlush loses records',
  async (contender) => {
    const delivered: unknown[] = [];
    const exporter = new ToldExporter(({ records, done }, { isShutDown }) => {
      if (isShutDown) {
        done({ code: 1, error: new Error('shut down') });
        return;
      }
      setImmediate(() => {
        delivered.push(...records.map(({ body }) => body));
        done(SUCCESS);
      });
    });
    const batching = contender.processor(exporter, { maxExportBatchSize: 10 });
    emit(batching, 60);
    const flushed = batching.forceFlush();
    const down = batching.shutdown();
    await Promise.all([flushed, down]);
    return delivered;
  },
  { official: numbers(10), ours: numbers(60) },
);

defect(
  '2: a second forceFlush beside the first resolves before anything is exported',
  async (contender) => {
    const exporter = new ToldExporter(() => {});
    const batching = contender.processor(exporter);
    emit(batching, 2);
    const order: string[] = [];
    const first = batching.forceFlush().then(() => order.push('first flush'));
    const second = batching.forceFlush().then(() => order.push('second flush'));
    await turns();
    order.push('answer');
    for (const { done } of exporter.calls) done(SUCCESS);
    await Promise.all([first, second]);
    return order;
  },
  { official: ['second flush', 'answer', 'first flush'], ours: ['answer', 'first flush', 'second flush'] },
);

defect(
  '3: an exporter whose forceFlush rejects while an export is in flight stops the processor for ever',
  async (contender) => {
    const exporter = new ToldExporter(({ done }) => void setImmediate(() => done(SUCCESS)));
    exporter.forceFlush = () => Promise.reject(new Error('not now'));
    const batching = contender.processor(exporter, { maxExportBatchSize: 5, scheduledDelayMillis: 1 });
    emit(batching, 5);
    await batching.forceFlush().catch(() => {});
    emit(batching, 200, 5);
    await batching.forceFlush().catch(() => {});
    await turns();
    return exporter.bodies;
  },
  { official: numbers(5), ours: numbers(205) },
);

defect(
  '5: exports that take longer than their timeout overlap',
  async (contender) => {
    vi.useFakeTimers();
    try {
      let running = 0;
      let mostRunning = 0;
      const exporter = new ToldExporter(({ done }) => {
        running += 1;
        mostRunning = Math.max(mostRunning, running);
        setTimeout(() => {
          running -= 1;
          done(SUCCESS);
        }, 150);
      });
      const batching = contender.processor(exporter, { maxExportBatchSize: 1, exportTimeoutMillis: 100 });
      emit(batching, 15);
      await vi.advanceTimersByTimeAsync(15 * 150);
      return { exported: exporter.calls.length, mostRunning };
    } finally {
      vi.useRealTimers();
    }
  },
  { official: { exported: 15, mostRunning: 2 }, ours: { exported: 15, mostRunning: 1 } },
);

defect(
  '8: shutdown has no limit as a whole',
  async (contender) => {
    vi.useFakeTimers();
    try {
      const batching = contender.processor(new ToldExporter(() => {}), { maxExportBatchSize: 1 });
      emit(batching, 10);
      let downAfterMillis: number | undefined;
      const startMillis = Date.now();
      void batching.shutdown().then(() => {
        downAfterMillis = Date.now() - startMillis;
      });
      await vi.advanceTimersByTimeAsync(600_000);
      return downAfterMillis;
    } finally {
      vi.useRealTimers();
    }
  },
  { official: 300_000, ours: 29_000 },
);

defect(
  '9: what a full queue and a processor that is shut down drop is told to nobody',
  async (contender) => {
    const diagnostics = captureDiagnostics();
    vi.useFakeTimers();
    try {
      const dropped: string[] = [];
      const exporter = new ToldExporter(({ done }) => void setTimeout(() => done(SUCCESS), 10));
      const batching = contender.processor(exporter, { maxQueueSize: 4, maxExportBatchSize: 4 }, (what) =>
        dropped.push(what),
      );
      emit(batching, 10);
      await vi.advanceTimersByTimeAsync(2000);
      await batching.shutdown();
      emit(batching, 1, 10);
      await vi.advanceTimersByTimeAsync(2000);
      return { exported: exporter.bodies.length, dropped, said: diagnostics.messages };
    } finally {
      vi.useRealTimers();
      diagnostics.stop();
    }
  },
  {
    official: { exported: 8, dropped: [], said: [] },
    ours: {
      exported: 4,
      dropped: ['6 queue_full', '1 already_shutdown'],
      said: [
        'warn: @logferry/processor-batch: dropped 6 log records (queue_full): the queue is full',
        'warn: @logferry/processor-batch: dropped 1 log record (already_shutdown): the processor is shut down',
      ],
    },
  },
);
