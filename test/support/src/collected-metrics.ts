// SPDX-License-Identifier: Apache-2.0
import { DataPointType, MeterProvider, type MetricData, MetricReader } from '@opentelemetry/sdk-metrics';

/** A reader that is asked by the test. */
class AskedReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

/** One data point, without its times. */
export interface CollectedPoint {
  readonly value: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** One metric as the SDK collected it, without times. */
export interface CollectedMetric {
  readonly scope: string;
  readonly unit: string;
  readonly kind: 'counter' | 'upDownCounter' | 'histogram' | 'other';
  readonly points: readonly CollectedPoint[];
}

/** The SDK's MeterProvider, and what it collects. */
export class CollectedMetrics {
  readonly #reader = new AskedReader();
  readonly provider: MeterProvider = new MeterProvider({ readers: [this.#reader] });

  /** Everything that one collection gives, as the SDK gives it. */
  async collectAll(): Promise<Awaited<ReturnType<MetricReader['collect']>>> {
    return await this.#reader.collect();
  }

  /** By the metric's name. */
  async collect(): Promise<Readonly<Record<string, CollectedMetric>>> {
    const { resourceMetrics, errors } = await this.collectAll();
    if (errors.length > 0) throw new AggregateError(errors, 'a metric can not be collected');
    return Object.fromEntries(
      resourceMetrics.scopeMetrics.flatMap(({ scope, metrics }) =>
        metrics.map((metric) => [
          metric.descriptor.name,
          {
            scope: scope.name,
            unit: metric.descriptor.unit,
            kind: kindOf(metric),
            points: metric.dataPoints.map(({ value, attributes }) => ({ value, attributes })),
          },
        ]),
      ),
    );
  }

  /** The points of each metric, by its name. */
  async points(): Promise<Readonly<Record<string, readonly CollectedPoint[]>>> {
    return Object.fromEntries(Object.entries(await this.collect()).map(([name, { points }]) => [name, points]));
  }
}

function kindOf(metric: MetricData): CollectedMetric['kind'] {
  if (metric.dataPointType === DataPointType.SUM) return metric.isMonotonic ? 'counter' : 'upDownCounter';
  return metric.dataPointType === DataPointType.HISTOGRAM ? 'histogram' : 'other';
}
