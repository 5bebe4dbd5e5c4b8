// SPDX-License-Identifier: Apache-2.0
import { booleanOption, type EmitContext, invalidOption, type ReadableLogRecord } from '@logferry/core';

import { type LoggerFilter, type LoggerLevels, resolveLoggers } from './logger-levels.ts';
import { type RateLimit, type RateLimitOptions, resolveRateLimit } from './rate-limit.ts';
import { resolveSampling, type Sampling, type SamplingOptions } from './sampling.ts';
import { type MinimumSeverity, severityOption } from './severity.ts';

/** Whether a destination gets a record. What it throws counts as `filter_threw`, and the record doesn't pass. */
export type RecordFilter = (record: ReadableLogRecord, context: EmitContext) => boolean;

/** What decides which records a destination gets. All of it can be changed at run time. */
export interface DestinationFilters {
  /** The least severity that passes. Default: `all`. */
  readonly minimumSeverity?: MinimumSeverity;
  /** Which loggers pass, and levels of their own. Default: every logger. */
  readonly loggers?: LoggerFilter;
  /** Called for what passed the two above. Default: none. */
  readonly filter?: RecordFilter;
  /** Leaves out the records of traces that are not sampled; records without a trace pass. Default: false. */
  readonly sampledTracesOnly?: boolean;
  /** Default: every record passes. */
  readonly sampling?: SamplingOptions;
  /** Default: no limit. */
  readonly rateLimit?: RateLimitOptions;
}

/** Changes of the filters of one destination: what is not named stays as it is, and null is the default again. */
export type FilterChanges = { readonly [K in keyof DestinationFilters]?: DestinationFilters[K] | null };

export const FILTER_OPTIONS: readonly (keyof DestinationFilters)[] = [
  'minimumSeverity',
  'loggers',
  'filter',
  'sampledTracesOnly',
  'sampling',
  'rateLimit',
];

/** The filters, resolved. */
export interface DestinationRules extends LoggerLevels {
  readonly filter: RecordFilter | undefined;
  readonly sampledTracesOnly: boolean;
  readonly sampling: Sampling | undefined;
  readonly rateLimit: RateLimit | undefined;
}

/**
 * @param path of the destination, for errors, such as `destinations.audit`.
 * @param last what stays where nothing else is said; also the state of its rate limit.
 * @throws LogferryError `INVALID_OPTION`
 */
export function resolveRules(path: string, options: FilterChanges, last?: DestinationRules): DestinationRules {
  const { minimumSeverity, loggers, filter, sampledTracesOnly, sampling, rateLimit } = options;
  return {
    minimumSeverity: changed(minimumSeverity, last?.minimumSeverity, (value) =>
      severityOption(`${path}.minimumSeverity`, value, 'all'),
    ),
    loggers: changed(loggers, last?.loggers, (value) => resolveLoggers(`${path}.loggers`, value)),
    filter: changed(filter, last?.filter, (value) => functionOption(`${path}.filter`, value)),
    sampledTracesOnly: changed(sampledTracesOnly, last?.sampledTracesOnly, (value) =>
      booleanOption(`${path}.sampledTracesOnly`, value, false),
    ),
    sampling: changed(sampling, last?.sampling, (value) => value && resolveSampling(`${path}.sampling`, value)),
    rateLimit: changed(rateLimit, last?.rateLimit, (value) => value && resolveRateLimit(`${path}.rateLimit`, value)),
  };
}

function changed<V, R>(value: V | null | undefined, last: R | undefined, resolve: (value: V | undefined) => R): R {
  if (value === undefined && last !== undefined) return last;
  return resolve(value ?? undefined);
}

function functionOption<T>(name: string, value: T | undefined): T | undefined {
  if (value === undefined || typeof value === 'function') return value;
  throw invalidOption(name, value, 'a function');
}
