// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  choiceOption,
  invalidOption,
  knownOptions,
  LogferryError,
  type LogRecordProcessor,
  readsRecordsOnly,
} from '@logferry/core';

import { type DestinationFilters, type DestinationRules, FILTER_OPTIONS, resolveRules } from './destination-rules.ts';
import { type FingersCrossedOptions, type ResolvedFingersCrossed, resolveFingersCrossed } from './fingers-crossed.ts';

/** One destination: a processor, and which records it gets. */
export interface FanOutDestination extends DestinationFilters {
  /** Owned by the fan-out from now on: it flushes it and shuts it down. */
  readonly processor: LogRecordProcessor;
  /** Holds records of low severity until their trace logs an error. Default: nothing is held. */
  readonly fingersCrossed?: FingersCrossedOptions;
  /**
   * Tells the destination itself, in a log record of severity WARN, how many records sampling, the rate limit and holding
   * kept from it: a minute after the first, and at shutdown. Default: false.
   */
  readonly suppressionNotices?: boolean;
  /**
   * `view`: the processor gets a view of each record, and what it changes nobody else sees. `none`: it gets the record
   * itself, and must not change it. Default: `none` for a processor that says that it only reads (the batching one of
   * Logferry, and the anonymizing one before it), otherwise `view`.
   */
  readonly isolation?: 'view' | 'none';
}

export interface ResolvedDestination {
  readonly name: string;
  readonly processor: LogRecordProcessor;
  readonly fingersCrossed: ResolvedFingersCrossed | undefined;
  readonly suppressionNotices: boolean;
  readonly isShared: boolean;
  readonly rules: DestinationRules;
}

/** The names of all options of a destination. */
export const DESTINATION_OPTIONS: readonly (keyof FanOutDestination)[] = [
  'processor',
  ...FILTER_OPTIONS,
  'fingersCrossed',
  'suppressionNotices',
  'isolation',
];

/** @throws LogferryError `INVALID_OPTION` */
export function resolveDestinations(destinations: Readonly<Record<string, FanOutDestination>>): ResolvedDestination[] {
  if (typeof destinations !== 'object' || (destinations as unknown) === null || Array.isArray(destinations)) {
    throw invalidOption('destinations', destinations, 'an object with a destination for each name');
  }
  const resolved = Object.entries(destinations).map(([name, options]) => resolveDestination(name, options));
  if (resolved.length === 0) throw new LogferryError('INVALID_OPTION', 'destinations must name at least one');
  const owners = new Map<LogRecordProcessor, string>();
  for (const { name, processor } of resolved) {
    const owner = owners.get(processor);
    if (owner !== undefined) {
      const message = `destinations.${name}.processor must be a processor of its own; it is that of ${owner}`;
      throw new LogferryError('INVALID_OPTION', message);
    }
    owners.set(processor, name);
  }
  return resolved;
}

function resolveDestination(name: string, options: FanOutDestination): ResolvedDestination {
  const path = `destinations.${name}`;
  if (typeof options !== 'object' || (options as unknown) === null) throw invalidOption(path, options, 'an object');
  knownOptions(path, options, DESTINATION_OPTIONS);
  const { processor, fingersCrossed, isolation } = options;
  if (typeof (processor as LogRecordProcessor | undefined)?.onEmit !== 'function') {
    throw invalidOption(`${path}.processor`, undefined, 'a LogRecordProcessor');
  }
  const fallback = readsRecordsOnly(processor) ? 'none' : 'view';
  return {
    name,
    processor,
    fingersCrossed: fingersCrossed && resolveFingersCrossed(`${path}.fingersCrossed`, fingersCrossed),
    suppressionNotices: booleanOption(`${path}.suppressionNotices`, options.suppressionNotices, false),
    isShared: choiceOption(`${path}.isolation`, isolation, fallback, ['view', 'none']) === 'none',
    rules: resolveRules(path, options),
  };
}
