// SPDX-License-Identifier: Apache-2.0

/** A median with the spread that the machine's noise gave it. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** @param values at least one. */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('a spread needs at least one value');
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, min: sorted[0]!, max: sorted.at(-1)! };
}

/**
 * Ratios pair by pair: run i of one against run i of the other, which ran next to it in time, so that a slow minute of the
 * machine weighs on both. Undefined when a divisor is 0.
 */
export function pairedRatio(dividends: readonly number[], divisors: readonly number[]): Spread | undefined {
  if (dividends.length !== divisors.length) throw new RangeError('paired runs must be equal in number');
  if (divisors.length === 0 || divisors.includes(0)) return undefined;
  return spread(dividends.map((dividend, index) => dividend / divisors[index]!));
}
