// SPDX-License-Identifier: Apache-2.0
import * as older from '@logferry-test/sdk-0.2xx';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import type { MeterProvider as ApiMeterProvider } from '@opentelemetry/api';
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';

import { emit, SUCCESS, ToldExporter } from './exporters.ts';

const LINES = [
  ['3.x', { MeterProvider, MetricReader }],
  // Declared alike in all that is used here.
  ['0.2xx', older as unknown as { MeterProvider: typeof MeterProvider; MetricReader: typeof MetricReader }],
] as const;

it.each(LINES)('the metrics of the processor reach the metrics SDK of the line %s', async (_, sdk) => {
  class AskedReader extends sdk.MetricReader {
    protected override async onForceFlush(): Promise<void> {}
    protected override async onShutdown(): Promise<void> {}
  }
  const reader = new AskedReader();
  const meterProvider: ApiMeterProvider = new sdk.MeterProvider({ readers: [reader] });
  const exporter = new ToldExporter(({ done }) => done(SUCCESS));
  const processor = new BatchingLogRecordProcessor(exporter, {
    meterProvider,
    environment: {},
    maxQueueSize: 3,
    severityReserve: 0,
  });
  emit(processor, 5);
  await processor.forceFlush();
  const { resourceMetrics } = await reader.collect();
  const points = resourceMetrics.scopeMetrics.flatMap(({ scope, metrics }) =>
    metrics.map(({ descriptor, dataPoints }) => [
      `${scope.name} ${descriptor.name}`,
      dataPoints.map(({ value, attributes }) => [
        value,
        attributes['error.type'] ?? attributes['logferry.drop.reason'],
      ]),
    ]),
  );
  expect(Object.fromEntries(points)).toEqual({
    '@logferry/processor-batch otel.sdk.processor.log.queue.size': [[0, undefined]],
    '@logferry/processor-batch otel.sdk.processor.log.queue.capacity': [[3, undefined]],
    '@logferry/processor-batch otel.sdk.processor.log.processed': [
      [3, undefined],
      [2, 'queue_full'],
    ],
    '@logferry/processor-batch logferry.processor.log.delivered': [[3, undefined]],
    '@logferry/processor-batch logferry.processor.log.dropped': [[2, 'queue_full']],
    '@logferry/processor-batch logferry.processor.log.retries': [[0, undefined]],
    '@logferry/processor-batch logferry.processor.log.queue.bytes': [[0, undefined]],
    '@logferry/processor-batch logferry.processor.log.queue.max_bytes': [[67_108_864, undefined]],
  });
  await processor.shutdown();
});
