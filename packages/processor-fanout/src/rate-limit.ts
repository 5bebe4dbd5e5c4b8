// SPDX-License-Identifier: Apache-2.0
import { integerOption, invalidOption, knownOptions, type ReadableLogRecord } from '@logferry/core';

import { type MinimumSeverity, severityOption } from './severity.ts';
import { type TokenBucketBounds, TokenBuckets } from './token-buckets.ts';

/** Lets so many records per second pass: a token bucket for each key. */
export interface RateLimitOptions {
  /** Records per second that pass in the long run, above 0. */
  readonly perSecond: number;
  /** Records that pass at once after a silence. Default: `perSecond`, rounded up. */
  readonly burst?: number;
  /**
   * What has a bucket of its own: all records together, each logger (by name), or what a function answers; a record for
   * which it answers undefined is not limited. Default: `all`.
   */
  readonly key?: 'all' | 'logger' | ((record: ReadableLogRecord) => string | undefined);
  /** Keys that have a bucket of their own; further ones share one. Default: 1000. */
  readonly maxKeys?: number;
  /** From this severity on every record passes and takes no token. Default: `error`. */
  readonly exemptFrom?: MinimumSeverity;
}

export interface RateLimit extends TokenBucketBounds {
  readonly buckets: TokenBuckets;
  readonly key: NonNullable<RateLimitOptions['key']>;
  readonly exemptFrom: number;
}

/** @throws LogferryError `INVALID_OPTION` */
export function resolveRateLimit(path: string, options: RateLimitOptions): RateLimit {
  const given = options as RateLimitOptions | undefined;
  const perSecond: unknown = given?.perSecond;
  if (typeof perSecond !== 'number' || !(perSecond > 0 && perSecond < Infinity)) {
    throw invalidOption(`${path}.perSecond`, perSecond, 'a number above 0');
  }
  knownOptions(path, options, ['perSecond', 'burst', 'key', 'maxKeys', 'exemptFrom']);
  const { key = 'all' } = options;
  if (key !== 'all' && key !== 'logger' && typeof key !== 'function') {
    throw invalidOption(`${path}.key`, key, "'all', 'logger' or a function");
  }
  const bounds = {
    perSecond,
    burst: integerOption(`${path}.burst`, options.burst, Math.ceil(perSecond), { min: 1 }),
    maxKeys: integerOption(`${path}.maxKeys`, options.maxKeys, 1000, { min: 1, max: 1_000_000 }),
  };
  const exemptFrom = severityOption(`${path}.exemptFrom`, options.exemptFrom, 'error');
  return { ...bounds, buckets: new TokenBuckets(bounds), key, exemptFrom };
}

/** The next limit, with the buckets of the last one where both say the same: else a change elsewhere would fill them. */
export function continued(next: RateLimit | undefined, last: RateLimit | undefined): RateLimit | undefined {
  if (next === undefined || last === undefined) return next;
  const isSame =
    next.perSecond === last.perSecond &&
    next.burst === last.burst &&
    next.maxKeys === last.maxKeys &&
    next.key === last.key;
  return isSame ? { ...next, buckets: last.buckets } : next;
}
