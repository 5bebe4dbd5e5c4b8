// SPDX-License-Identifier: Apache-2.0
import { captureDiagnostics, type CollectedMetric, CollectedMetrics } from '@logferry-test/support';
import type { MeterProvider } from '@opentelemetry/api';
import { expect, test } from 'vitest';

import { encoded, never, scriptedWorker } from './test-doubles/worker-setup.ts';

async function points(metrics: CollectedMetrics, name: string): Promise<CollectedMetric['points']> {
  return (await metrics.collect())[name]?.points ?? [];
}

test('what the exporter in the worker measures is recorded with the meter provider of the application', async () => {
  const metrics = new CollectedMetrics();
  const worker = scriptedWorker({ meterProvider: metrics.provider });
  await worker.exporter.send(encoded(worker, 'a', 'b'), never());
  await worker.exporter.send(encoded(worker, 'c'), never());
  await worker.exporter.send(encoded(worker, 'failed'), never());
  const component = {
    'otel.component.type': 'scripted',
    'otel.component.name': expect.stringMatching(/^scripted\/\d+$/),
  };
  expect(await points(metrics, 'scripted.sends')).toEqual([
    { value: 2, attributes: { ...component, outcome: 'delivered' } },
    { value: 1, attributes: { ...component, outcome: 'failed' } },
  ]);
  expect(await points(metrics, 'scripted.inflight')).toEqual([{ value: 0, attributes: component }]);
  expect(await points(metrics, 'scripted.duration')).toEqual([
    { value: expect.objectContaining({ count: 3, sum: 0.75 }), attributes: {} },
  ]);
  expect(await points(metrics, 'scripted.last')).toEqual([{ value: 1, attributes: {} }]);
});

test('exporters in several workers keep names of their own, also after a crash, and nothing of a dead worker stays in flight', async () => {
  const metrics = new CollectedMetrics();
  const workers = [
    scriptedWorker({ meterProvider: metrics.provider }),
    scriptedWorker({ meterProvider: metrics.provider }),
  ];
  for (const worker of workers) {
    await worker.exporter.send(encoded(worker, `crash-unless:${worker.file('died')}`, 'x', 'y'), never());
    await worker.exporter.send(encoded(worker, 'z'), never());
  }
  const sends = await points(metrics, 'scripted.sends');
  expect(sends.map(({ value }) => value)).toEqual([2, 2]);
  expect(new Set(sends.map(({ attributes }) => attributes['otel.component.name'])).size).toBe(2);
  const inFlight = await points(metrics, 'scripted.inflight');
  expect(inFlight.map(({ value }) => value)).toEqual([0, 0]);
  expect(workers.map(({ exporter }) => exporter.stats().crashes)).toEqual([1, 1]);
});

test('a meter provider that throws costs metrics alone, and its words are not repeated', async () => {
  const diagnostics = captureDiagnostics();
  const meterProvider: MeterProvider = {
    getMeter: () => {
      throw new Error('secret text');
    },
  };
  const worker = scriptedWorker({ meterProvider });
  expect(await worker.exporter.send(encoded(worker, 'a'), never())).toMatchObject({ kind: 'delivered' });
  expect(diagnostics.messages).toEqual([
    'error: @logferry/exporter-worker: the meter provider threw; metrics are missing or incomplete',
  ]);
});
