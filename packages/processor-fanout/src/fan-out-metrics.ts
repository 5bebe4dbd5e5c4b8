// SPDX-License-Identifier: Apache-2.0
import { componentAttributes, type Diagnostics } from '@logferry/core';

import type { DestinationStats } from './destination-counts.ts';
import { COMPONENT } from './fan-out-options.ts';

interface ObservedValues {
  observe(value: number, attributes?: Record<string, string>): void;
}

interface Instrument {
  addCallback(callback: (result: ObservedValues) => void): void;
}

interface InstrumentOptions {
  readonly description: string;
  readonly unit: string;
}

/** The part of the API's MeterProvider that is used; every version of the API fits. */
export interface MeterSource {
  getMeter(name: string): {
    createObservableCounter(name: string, options: InstrumentOptions): Instrument;
    createObservableUpDownCounter(name: string, options: InstrumentOptions): Instrument;
  };
}

type Stats = () => Readonly<Record<string, DestinationStats>>;

/**
 * Observes the counts of the destinations when metrics are collected, so that a record costs nothing more. A meter
 * provider that throws is told of and left alone.
 */
export function observeDestinations(meters: MeterSource, stats: Stats, diagnostics: Diagnostics): void {
  const own = { ...componentAttributes('fan_out_log_processor') };
  const each = (visit: (stats: DestinationStats, attributes: Record<string, string>) => void): void => {
    for (const [name, counts] of Object.entries(stats())) visit(counts, { ...own, 'logferry.destination': name });
  };
  try {
    const meter = meters.getMeter(COMPONENT);
    meter
      .createObservableCounter('logferry.fanout.records', {
        unit: '{log_record}',
        description: 'Log records by destination, and by what became of them',
      })
      .addCallback((result) => each((counts, attributes) => observeOutcomes(result, counts, attributes)));
    meter
      .createObservableUpDownCounter('logferry.fanout.held', {
        unit: '{log_record}',
        description: 'Log records that wait for an error of their trace',
      })
      .addCallback((result) => each(({ held }, attributes) => result.observe(held, attributes)));
  } catch {
    // What it threw may hold anything.
    diagnostics.error('metrics', 'the meter provider threw; metrics about the destinations are missing or incomplete');
  }
}

function observeOutcomes(
  result: ObservedValues,
  { passed, filtered, suppressed, failed }: DestinationStats,
  attributes: Record<string, string>,
): void {
  result.observe(passed, { ...attributes, 'logferry.outcome': 'passed' });
  for (const [outcome, reasons] of Object.entries({ filtered, suppressed, failed })) {
    for (const [reason, count] of Object.entries(reasons)) {
      if (count === 0) continue;
      result.observe(count, { ...attributes, 'logferry.outcome': outcome, 'logferry.reason': reason });
    }
  }
}
