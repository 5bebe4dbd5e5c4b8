// SPDX-License-Identifier: Apache-2.0
import { type BackoffPolicy, integerOption, invalidOption } from '@logferry/core';

import { LONGEST_MILLIS } from './longest-millis.ts';
import type { RetryOptions } from './shared-options.ts';

/** How long one send goes on. */
export interface RetryBudget {
  readonly backoff: BackoffPolicy;
  readonly maxAttempts: number;
  readonly maxElapsedMillis: number;
}

/** @throws LogferryError `INVALID_OPTION`. */
export function resolveRetryBudget(retry: RetryOptions): RetryBudget {
  const initialMillis = integerOption('retry.initialBackoffMillis', retry.initialBackoffMillis, 1000, {
    min: 1,
    max: LONGEST_MILLIS,
  });
  return {
    backoff: {
      initialMillis,
      maxMillis: integerOption('retry.maxBackoffMillis', retry.maxBackoffMillis, Math.max(10_000, initialMillis), {
        min: initialMillis,
        max: LONGEST_MILLIS,
      }),
      multiplier: numberOption('retry.multiplier', retry.multiplier, 1.5, 1, 100),
      jitter: numberOption('retry.jitter', retry.jitter, 0.2, 0, 1),
    },
    maxAttempts: integerOption('retry.maxAttempts', retry.maxAttempts, Infinity, { min: 1, allowInfinity: true }),
    maxElapsedMillis: integerOption('retry.maxElapsedMillis', retry.maxElapsedMillis, Infinity, {
      min: 0,
      allowInfinity: true,
    }),
  };
}

function numberOption(name: string, value: number | undefined, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  if (typeof value !== 'number' || !(value >= min && value <= max)) {
    throw invalidOption(name, value, `a number from ${min} to ${max}`);
  }
  return value;
}
