// SPDX-License-Identifier: Apache-2.0
import { type Meter, type MeterProvider, metrics as globalMetrics } from '@opentelemetry/api';
import { CollectedMetrics } from '@logferry-test/support';
import { ManualClock, testRecord } from '@logferry/core/testing';
import { AggregationTemporality, DataPointType, InstrumentType } from '@opentelemetry/sdk-metrics';
import { describe, expect, it } from 'vitest';

import { BatchingLogRecordProcessor } from './index.ts';
import { RecordExporter, succeed } from './test-doubles/record-exporter.ts';
import { emit, settled } from './test-doubles/records.ts';
import { deliverAll, ScriptedExporter } from './test-doubles/scripted-exporter.ts';
import { collectDiagnostics, setUp } from './test-doubles/set-up.ts';

/** The name of the processor whose metrics were collected; the counter goes on from test to test. */
function componentOf(points: Readonly<Record<string, readonly { readonly attributes: object }[]>>) {
  const attributes = points['otel.sdk.processor.log.queue.size']?.[0]?.attributes as Record<string, unknown>;
  expect(attributes).toEqual({
    'otel.component.type': 'batching_log_processor',
    'otel.component.name': expect.stringMatching(/^batching_log_processor\/\d+$/),
  });
  return attributes;
}

describe('metrics about a processor', () => {
  it('have the names, kinds, units and values of the semantic conventions, and ours', async () => {
    const metrics = new CollectedMetrics();
    const { processor, exporter } = setUp(
      {},
      {
        meterProvider: metrics.provider,
        maxQueueSize: 5,
        maxExportBatchSize: 3,
        maxQueueBytes: 1000,
        severityReserve: 0,
      },
    );
    emit(processor, 4);
    processor.onEmit(testRecord({ body: 'no room', severityNumber: 17 }));
    processor.onEmit(testRecord({ body: 'no room', severityNumber: 17 }));
    await settled();
    exporter.open[0]?.deliver();
    await settled();

    const { resourceMetrics, errors } = await metrics.collectAll();
    expect(errors).toEqual([]);
    expect(resourceMetrics.scopeMetrics.map(({ scope }) => scope)).toEqual([
      { name: '@logferry/processor-batch', version: '' },
    ]);
    const found = resourceMetrics.scopeMetrics[0]?.metrics ?? [];
    const component = componentOf(await metrics.points());
    const kinds = {
      counter: { type: InstrumentType.OBSERVABLE_COUNTER, isMonotonic: true },
      upDownCounter: { type: InstrumentType.OBSERVABLE_UP_DOWN_COUNTER, isMonotonic: false },
    };
    const metric = (
      name: string,
      kind: keyof typeof kinds,
      unit: string,
      ...points: readonly [value: number, attributes?: object][]
    ): object => ({
      descriptor: expect.objectContaining({ name, unit, type: kinds[kind].type }),
      aggregationTemporality: AggregationTemporality.CUMULATIVE,
      dataPointType: DataPointType.SUM,
      isMonotonic: kinds[kind].isMonotonic,
      dataPoints: points.map(([value, attributes]) =>
        expect.objectContaining({ value, attributes: { ...component, ...attributes } }),
      ),
    });
    expect(found).toEqual([
      metric('otel.sdk.processor.log.queue.size', 'upDownCounter', '{log_record}', [2]),
      metric('otel.sdk.processor.log.queue.capacity', 'upDownCounter', '{log_record}', [5]),
      metric('otel.sdk.processor.log.processed', 'counter', '{log_record}', [3], [1, { 'error.type': 'queue_full' }]),
      metric('logferry.processor.log.delivered', 'counter', '{log_record}', [3]),
      metric('logferry.processor.log.dropped', 'counter', '{log_record}', [
        1,
        { 'logferry.drop.reason': 'queue_full', 'logferry.severity': 'error' },
      ]),
      metric('logferry.processor.log.retries', 'counter', '{batch}', [0]),
      metric('logferry.processor.log.queue.bytes', 'upDownCounter', 'By', ['r3\n'.length + 'no room\n'.length]),
      metric('logferry.processor.log.queue.max_bytes', 'upDownCounter', 'By', [1000]),
    ]);
  });

  it('count a record as processed once, when it is first handed to the exporter', async () => {
    const metrics = new CollectedMetrics();
    const { clock, processor, exporter } = setUp({}, { meterProvider: metrics.provider, maxExportBatchSize: 2 });
    const processed = async () => (await metrics.points())['otel.sdk.processor.log.processed']?.map((p) => p.value);
    emit(processor, 2);
    expect(await processed()).toEqual([0]);
    await settled();
    expect(await processed()).toEqual([2]);
    exporter.open[0]?.settle({ kind: 'retryable', reason: 'down' });
    await clock.advance(1000);
    expect(await processed()).toEqual([2]);
    expect((await metrics.points())['logferry.processor.log.retries']).toMatchObject([{ value: 1 }]);
    exporter.open[0]?.settle({ kind: 'failed', reason: 'no' });
    await settled();
    // The export failed, which is the exporter's story: the record was processed all the same.
    expect(await processed()).toEqual([2]);
    expect((await metrics.points())['logferry.processor.log.dropped']).toMatchObject([
      { value: 2, attributes: { 'logferry.drop.reason': 'failed', 'logferry.severity': 'info' } },
    ]);
  });

  it('tell what shutdown dropped unsent, and what came after it', async () => {
    const metrics = new CollectedMetrics();
    const { clock, processor } = setUp({}, { meterProvider: metrics.provider, maxExportBatchSize: 2 });
    emit(processor, 5);
    const down = processor.shutdown();
    await clock.advance(30_000);
    await down;
    emit(processor, 1);
    const points = await metrics.points();
    const component = componentOf(points);
    expect(points['otel.sdk.processor.log.processed']).toEqual([
      { value: 2, attributes: component },
      { value: 1, attributes: { ...component, 'error.type': 'already_shutdown' } },
      { value: 3, attributes: { ...component, 'error.type': 'shutdown' } },
    ]);
    expect(points['logferry.processor.log.dropped']).toEqual([
      {
        value: 1,
        attributes: { ...component, 'logferry.drop.reason': 'already_shutdown', 'logferry.severity': 'info' },
      },
      { value: 5, attributes: { ...component, 'logferry.drop.reason': 'shutdown', 'logferry.severity': 'info' } },
    ]);
    expect(points['otel.sdk.processor.log.queue.size']).toEqual([{ value: 0, attributes: component }]);
  });

  it('of two processors stand beside each other', async () => {
    const metrics = new CollectedMetrics();
    const options = { meterProvider: metrics.provider, clock: new ManualClock(), environment: {} };
    const first = new BatchingLogRecordProcessor(new ScriptedExporter({ answer: deliverAll }), options);
    const second = new BatchingLogRecordProcessor(new RecordExporter(succeed), options);
    emit(first, 1);
    emit(second, 2);
    await Promise.all([first.forceFlush(), second.forceFlush()]);
    const { 'logferry.processor.log.delivered': delivered = [] } = await metrics.points();
    expect(delivered.map((point) => point.value)).toEqual([1, 2]);
    expect(new Set(delivered.map((point) => point.attributes['otel.component.name'])).size).toBe(2);
  });

  it('do not go to the global meter provider', async () => {
    const collected = new CollectedMetrics();
    globalMetrics.setGlobalMeterProvider(collected.provider);
    try {
      emit(setUp().processor, 1);
      expect(await collected.points()).toEqual({});
    } finally {
      globalMetrics.disable();
    }
  });
});

describe('a meter provider that is broken', () => {
  const fail = (): never => {
    throw new Error('secret');
  };
  const SAID =
    'error @logferry/processor-batch: the meter provider threw; metrics about the processor are missing or incomplete';
  const brokenProviders: readonly [string, MeterProvider][] = [
    ['getMeter throws', { getMeter: fail }],
    ['getMeter gives nothing', { getMeter: () => undefined as unknown as Meter }],
    ['instruments can’t be made', { getMeter: () => ({ createObservableUpDownCounter: fail }) as unknown as Meter }],
  ];

  it.each(brokenProviders)('is told of and costs nothing else: %s', async (_, meterProvider) => {
    const lines = collectDiagnostics();
    const { processor } = setUp({ answer: deliverAll }, { meterProvider });
    emit(processor, 3);
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 3, queued: 0 });
    expect(lines).toEqual([SAID]);
  });

  it('when it collects is told of and costs nothing else', async () => {
    const lines = collectDiagnostics();
    let collect: ((result: { observe: () => never }) => void) | undefined;
    const meter = {
      createObservableUpDownCounter: () => ({}),
      createObservableCounter: () => ({}),
      addBatchObservableCallback: (callback: typeof collect) => {
        collect = callback;
      },
    };
    const meterProvider: MeterProvider = { getMeter: () => meter as unknown as Meter };
    const { processor } = setUp({ answer: deliverAll }, { meterProvider });
    emit(processor, 3);
    expect(() => collect?.({ observe: fail })).not.toThrow();
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 3, queued: 0 });
    expect(lines).toEqual([SAID]);
  });

  it('is refused when it is none', () => {
    expect(() => setUp({}, { meterProvider: {} as MeterProvider })).toThrow(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: 'meterProvider must be a MeterProvider; it is a value of type object',
      }),
    );
  });
});
