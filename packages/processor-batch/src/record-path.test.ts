// SPDX-License-Identifier: Apache-2.0
import { type Context, context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import type { LogRecordExporter } from '@logferry/core';
import { ManualClock, pendingResource, testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { BatchingLogRecordProcessor, type BatchingProcessorOptions } from './index.ts';
import { type ExportCall, RecordExporter, succeed, SUCCESS } from './test-doubles/record-exporter.ts';
import { bodies, emit, imbalance, settled } from './test-doubles/records.ts';

function setUpRecords(answer?: (call: ExportCall) => void, options: BatchingProcessorOptions = {}) {
  const clock = new ManualClock();
  const exporter = new RecordExporter(answer);
  const processor = new BatchingLogRecordProcessor(exporter, { clock, environment: {}, ...options });
  return { clock, exporter, processor };
}

describe('an exporter that takes records', () => {
  it('gets batches in order, one export at a time', async () => {
    const { exporter, processor } = setUpRecords(undefined, { maxExportBatchSize: 2 });
    emit(processor, 4);
    await settled();
    expect(exporter.bodies).toEqual([['r0', 'r1']]);
    exporter.calls[0]?.done(SUCCESS);
    await settled();
    expect(exporter.bodies).toEqual([
      ['r0', 'r1'],
      ['r2', 'r3'],
    ]);
    exporter.calls[1]?.done(SUCCESS);
    await settled();
    expect(processor.stats()).toMatchObject({ delivered: 4, queued: 0, queuedBytes: 0 });
  });

  it('gets 100,000 records complete, in order and exactly once', async () => {
    const { exporter, processor } = setUpRecords(succeed);
    emit(processor, 100_000);
    await processor.forceFlush();
    expect(exporter.bodies.flat()).toEqual(bodies(100_000));
  });

  it('gets batches that are closed by their estimated bytes', async () => {
    const { exporter, processor } = setUpRecords(succeed, { maxExportBatchBytes: 1000 });
    processor.onEmit(testRecord({ body: 'x'.repeat(1000) }));
    await settled();
    expect(exporter.calls).toHaveLength(1);
  });

  it('loses a batch that it reports as failed, counted and told', async () => {
    const errors: string[] = [];
    const { exporter, processor } = setUpRecords(undefined, {
      maxExportBatchSize: 2,
      onError: (error) => void errors.push(`${error.message} <- ${String(error.cause)}`),
    });
    emit(processor, 2);
    await settled();
    exporter.calls[0]?.done({ code: 1, error: Object.assign(new Error('secret'), { code: 14 }) });
    await settled();
    expect(processor.stats()).toMatchObject({ queued: 0, dropped: { failed: 2 }, droppedBySeverity: { info: 2 } });
    expect(errors).toEqual([
      'the export of 2 log records failed: the exporter reported a failure (Error, code 14) <- Error: secret',
    ]);
  });

  it('counts once when it calls back twice, or throws after it has called back', async () => {
    const { exporter, processor } = setUpRecords(
      (call) => {
        call.done(SUCCESS);
        call.done({ code: 1 });
        throw new Error('after');
      },
      { maxExportBatchSize: 1 },
    );
    emit(processor, 2);
    await settled();
    expect(exporter.calls).toHaveLength(2);
    expect(processor.stats()).toMatchObject({ delivered: 2, queued: 0, dropped: { failed: 0 } });
  });

  it.each<[string, LogRecordExporter['export']]>([
    [
      'throws',
      () => {
        throw new Error('boom');
      },
    ],
    ['rejects, being async', () => Promise.reject(new Error('boom'))],
    ['calls back with nothing', (_, done) => done(undefined as never)],
  ])('loses a batch when it %s, and gets the next one', async (_, fail) => {
    const { exporter, processor } = setUpRecords(succeed, { maxExportBatchSize: 1 });
    exporter.export = (records, done) => {
      Reflect.deleteProperty(exporter, 'export');
      return fail(records, done);
    };
    emit(processor, 2);
    await settled();
    expect(exporter.bodies).toEqual([['r1']]);
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0, dropped: { failed: 1 } });
  });

  it('does not see a late answer counted, nor another export before it', async () => {
    const { clock, exporter, processor } = setUpRecords(undefined, { maxExportBatchSize: 1, exportTimeoutMillis: 100 });
    emit(processor, 2);
    await clock.advance(100);
    expect(processor.stats()).toMatchObject({
      queued: 1,
      inFlight: 0,
      inFlightSends: 1,
      dropped: { export_timeout: 1 },
    });
    await clock.advance(50);
    expect(exporter.calls).toHaveLength(1);
    exporter.calls[0]?.done(SUCCESS);
    await settled();
    expect(exporter.calls).toHaveLength(2);
    exporter.calls[1]?.done(SUCCESS);
    await settled();
    expect(processor.stats()).toMatchObject({ delivered: 1, queued: 0, dropped: { export_timeout: 1 } });
    expect(imbalance(processor.stats())).toEqual([]);
    expect(clock.pendingTimers).toBe(0);
  });

  it('that never calls back is called again after twice the timeout', async () => {
    const { clock, exporter, processor } = setUpRecords(undefined, { maxExportBatchSize: 1, exportTimeoutMillis: 100 });
    emit(processor, 2);
    await clock.advance(199);
    expect(exporter.calls).toHaveLength(1);
    await clock.advance(1);
    expect(exporter.calls).toHaveLength(2);
  });

  it('gets a batch when its resource is complete', async () => {
    const { exporter, processor } = setUpRecords(succeed, { maxExportBatchSize: 1 });
    const pending = pendingResource({ 'service.name': 'orders' }, { 'host.id': 'h1' });
    processor.onEmit(testRecord({ resource: pending.resource }));
    await settled();
    expect(exporter.calls).toHaveLength(0);
    await pending.settle();
    await settled();
    expect(exporter.calls[0]?.records[0]?.resource.attributes).toEqual({ 'service.name': 'orders', 'host.id': 'h1' });
  });

  it('gets a batch although a resource detector failed', async () => {
    const { exporter, processor } = setUpRecords(succeed, { maxExportBatchSize: 1 });
    const { resource } = pendingResource({}, {});
    Object.assign(resource, { waitForAsyncAttributes: () => Promise.reject(new Error('no metadata server')) });
    processor.onEmit(testRecord({ resource }));
    await settled();
    expect(exporter.calls).toHaveLength(1);
  });

  it('runs with tracing suppressed', async () => {
    const seen: unknown[] = [];
    const key = createContextKey('OpenTelemetry SDK Context Key SUPPRESS_TRACING');
    const manager = new SyncContextManager();
    context.setGlobalContextManager(manager);
    try {
      const { exporter, processor } = setUpRecords((call) => {
        seen.push(context.active().getValue(key));
        succeed(call);
      });
      exporter.forceFlush = async () => void seen.push(context.active().getValue(key));
      emit(processor, 1);
      await processor.forceFlush();
      expect(seen).toEqual([true, true]);
    } finally {
      context.disable();
    }
  });
});

/** Enough of a context manager to see what is active inside a synchronous call. */
class SyncContextManager {
  #active = ROOT_CONTEXT;

  active() {
    return this.#active;
  }

  with<A extends unknown[], F extends (...args: A) => ReturnType<F>>(
    inner: Context,
    work: F,
    thisArg?: ThisParameterType<F>,
    ...args: A
  ): ReturnType<F> {
    const before = this.#active;
    this.#active = inner;
    try {
      return work.call(thisArg as never, ...args);
    } finally {
      this.#active = before;
    }
  }

  bind<T>(_: Context, target: T): T {
    return target;
  }

  enable(): this {
    return this;
  }

  disable(): this {
    return this;
  }
}
