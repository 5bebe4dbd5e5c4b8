// SPDX-License-Identifier: Apache-2.0
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';

/** A reader that is asked by the test. */
class AskedReader extends MetricReader {
  protected override async onForceFlush(): Promise<void> {}

  protected override async onShutdown(): Promise<void> {}
}

/** One data point, without its times. */
export interface Point {
  readonly value: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/** The SDK's MeterProvider, and what it collects. */
export class CollectedMetrics {
  readonly #reader = new AskedReader();
  readonly provider: MeterProvider = new MeterProvider({ readers: [this.#reader] });

  /** Everything that one collection gives. */
  async collect(): Promise<Awaited<ReturnType<MetricReader['collect']>>> {
    return await this.#reader.collect();
  }

  /** The points of each metric, by its name. */
  async points(): Promise<Readonly<Record<string, readonly Point[]>>> {
    const { resourceMetrics } = await this.collect();
    const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return Object.fromEntries(
      metrics.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        dataPoints.map(({ value, attributes }) => ({ value, attributes })),
      ]),
    );
  }
}
