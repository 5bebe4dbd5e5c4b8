// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { backoffDelayMillis, type BackoffPolicy } from './index.ts';

const policy: BackoffPolicy = { initialMillis: 1000, maxMillis: 5000, multiplier: 2, jitter: 0.2 };

test('delays grow by the multiplier up to the maximum', () => {
  const middle = (): number => 0.5;
  expect([1, 2, 3, 4, 50].map((retry) => backoffDelayMillis(policy, retry, 0, middle))).toEqual([
    1000, 2000, 4000, 5000, 5000,
  ]);
});

test('jitter spreads a delay on both sides', () => {
  expect(backoffDelayMillis(policy, 1, 0, () => 0)).toBe(800);
  expect(backoffDelayMillis(policy, 1, 0, () => 0.999_999)).toBeCloseTo(1200, 2);
});

test('a server-given delay is a minimum, with jitter only above it', () => {
  expect(backoffDelayMillis(policy, 1, 30_000, () => 0)).toBe(30_000);
  expect(backoffDelayMillis(policy, 1, 30_000, () => 0.5)).toBe(30_100);
  expect(backoffDelayMillis(policy, 1, 900, () => 0)).toBe(900);
});
