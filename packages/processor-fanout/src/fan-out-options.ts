// SPDX-License-Identifier: Apache-2.0
import { type Clock, Diagnostics, integerOption, invalidOption, knownOptions, systemClock } from '@logferry/core';

import { type FanOutDestination, type ResolvedDestination, resolveDestinations } from './destination-options.ts';
import type { ErrorHook } from './error-reports.ts';
import type { MeterSource } from './fan-out-metrics.ts';

/** Options of the fan-out. */
export interface FanOutOptions {
  /** The destinations by name, at least one. Names appear in counts, errors and metrics. */
  readonly destinations: Readonly<Record<string, FanOutDestination>>;
  /** How long a flush takes at most when its caller sets no time; Infinity is no limit. Default: 30,000. */
  readonly flushTimeoutMillis?: number;
  /** How long the shutdown of each destination takes at most; Infinity is no limit. Default: 30,000. */
  readonly shutdownTimeoutMillis?: number;
  /** Called with what a destination did wrong, at most once a second for each kind of error; never from inside `onEmit`. */
  readonly onError?: ErrorHook;
  /** Where the counts are observed as metrics. Default: nowhere. */
  readonly meterProvider?: MeterSource;
  /** For tests. Default: the machine's. */
  readonly clock?: Clock;
  /** For tests: numbers from 0 to below 1. Default: `Math.random`. */
  readonly random?: () => number;
}

export interface ResolvedFanOutOptions {
  readonly destinations: readonly ResolvedDestination[];
  readonly flushTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
  readonly onError: ErrorHook | undefined;
  readonly meterProvider: MeterSource | undefined;
  readonly clock: Clock;
  readonly random: () => number;
  readonly diagnostics: Diagnostics;
}

export const COMPONENT = '@logferry/processor-fanout';

const OPTIONS = [
  'destinations',
  'flushTimeoutMillis',
  'shutdownTimeoutMillis',
  'onError',
  'meterProvider',
  'clock',
  'random',
];

const TIMEOUT_BOUNDS = { min: 1, allowInfinity: true };

/** @throws LogferryError `INVALID_OPTION` */
export function resolveFanOutOptions(options: FanOutOptions): ResolvedFanOutOptions {
  if (typeof options !== 'object' || (options as unknown) === null)
    throw invalidOption('options', options, 'an object');
  knownOptions('options', options, OPTIONS);
  const { onError, meterProvider, clock = systemClock, random = Math.random } = options;
  if (onError !== undefined && typeof onError !== 'function') throw invalidOption('onError', onError, 'a function');
  return {
    destinations: resolveDestinations(options.destinations),
    flushTimeoutMillis: integerOption('flushTimeoutMillis', options.flushTimeoutMillis, 30_000, TIMEOUT_BOUNDS),
    shutdownTimeoutMillis: integerOption(
      'shutdownTimeoutMillis',
      options.shutdownTimeoutMillis,
      30_000,
      TIMEOUT_BOUNDS,
    ),
    onError,
    meterProvider,
    clock,
    random,
    diagnostics: new Diagnostics(COMPONENT, clock),
  };
}
