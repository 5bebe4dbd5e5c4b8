// SPDX-License-Identifier: Apache-2.0

/** Exponential backoff with full range jitter, as the OTLP specification demands ("OTLP/gRPC Throttling"). */
export interface BackoffPolicy {
  /** Delay before the first retry, before jitter. */
  readonly initialMillis: number;
  /** Upper bound of the delay, before jitter. */
  readonly maxMillis: number;
  readonly multiplier: number;
  /** Part of the delay that is random: 0.2 spreads it from 80 % to 120 %. */
  readonly jitter: number;
}

/**
 * The delay before retry number `retry` (1 is the first).
 *
 * @param atLeastMillis what the server asked to wait for: the result is never below it.
 * @param random returns a number in [0, 1).
 */
export function backoffDelayMillis(
  policy: BackoffPolicy,
  retry: number,
  atLeastMillis: number,
  random: () => number,
): number {
  const plain = Math.min(policy.initialMillis * policy.multiplier ** (retry - 1), policy.maxMillis);
  if (atLeastMillis > plain) {
    // Only upwards: the server's delay is a minimum, and clients that it turned away together must not come back together.
    return atLeastMillis + plain * policy.jitter * random();
  }
  const spread = plain * (1 + policy.jitter * (2 * random() - 1));
  return Math.max(spread, atLeastMillis);
}
