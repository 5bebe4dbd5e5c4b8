// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { expect, it } from 'vitest';

import { numberedLines } from './test-support/encoded-lines.ts';
import { faultyPort, systemError } from './test-support/faulty-port.ts';
import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

/** What a meter provider was told: counts, and for durations how often. */
class Told {
  readonly #exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  readonly provider: MeterProvider = new MeterProvider({
    readers: [new PeriodicExportingMetricReader({ exporter: this.#exporter, exportIntervalMillis: 3_600_000 })],
  });

  async values(): Promise<Record<string, number>> {
    await this.provider.forceFlush();
    const values: Record<string, number> = {};
    for (const { scopeMetrics } of this.#exporter.getMetrics().slice(-1)) {
      for (const { descriptor, dataPoints } of scopeMetrics.flatMap((scope) => scope.metrics)) {
        for (const { attributes, value } of dataPoints) {
          const { 'otel.component.name': name, 'otel.component.type': type, ...rest } = attributes;
          expect(String(name)).toMatch(new RegExp(`^${String(type)}/\\d+$`));
          const key = [descriptor.name.replace('logferry.exporter.file.', ''), ...Object.values(rest)].join(' ');
          values[key] = typeof value === 'number' ? value : value.count;
        }
      }
    }
    await this.provider.shutdown();
    return values;
  }
}

it('records, bytes, rotations by reason, and durations reach a meter provider', async () => {
  const logs = new LogDirectory();
  const told = new Told();
  const exporter = fileExporter({
    path: logs.at('orders.jsonl'),
    maxFileBytes: 16,
    compression: 'gzip',
    fsync: 'on-rotate',
    meterProvider: told.provider,
  });
  await sendLines(exporter, numberedLines(1, 5));
  await exporter.rotate();
  await exporter.shutdown();
  expect(await told.values()).toStrictEqual({
    'written.records': 5,
    'written.bytes': 40,
    'rotations size': 2,
    'rotations request': 1,
    'archive.duration': 3,
    'fsync.duration': 3,
  });
});

it('records that were given up are counted by reason', async () => {
  const logs = new LogDirectory();
  const told = new Told();
  let fail = (_error: Error): void => {};
  const opening = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const port = faultyPort({ open: () => opening });
  const options = { path: logs.at('orders.jsonl'), maxPendingBytes: 1_048_576, meterProvider: told.provider };
  const exporter = fileExporter(options, port);
  const record = testRecord({ body: 'x'.repeat(600_000) });
  const results: number[] = [];
  for (let n = 0; n < 4; n += 1) exporter.export([record, record], ({ code }) => results.push(code));
  await expect.poll(() => results).toStrictEqual([1, 1, 1]);
  expect(exporter.stats()).toMatchObject({ drops: { buffer_full: 6 } });
  expect(await told.values()).toStrictEqual({ 'dropped buffer_full': 6 });
  fail(systemError('EMFILE', 'too many open files', 'open'));
});
