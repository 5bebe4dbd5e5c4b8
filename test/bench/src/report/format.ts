// SPDX-License-Identifier: Apache-2.0
import type { Spread } from '../harness/statistics.ts';

/** A number for people: thousands separated, a fixed count of decimals. */
export function formatNumber(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** `4.1 (3.9–4.4)`; the bounds are left out when they say no more than the median. */
export function formatSpread(value: Spread, digits: number): string {
  const median = formatNumber(value.median, digits);
  const min = formatNumber(value.min, digits);
  const max = formatNumber(value.max, digits);
  return min === max ? median : `${median} (${min}–${max})`;
}

/** `0.41 × (0.39–0.44)`. */
export function formatRatio(ratio: Spread | undefined): string {
  if (ratio === undefined) return '–';
  const [median, bounds] = formatSpread(ratio, 2).split(' ');
  return bounds === undefined ? `${median} ×` : `${median} × ${bounds}`;
}
