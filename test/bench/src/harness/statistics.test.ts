// SPDX-License-Identifier: Apache-2.0
import { describe, expect, test } from 'vitest';

import { pairedRatio, spread } from './statistics.ts';

describe('the statistics of a few runs', () => {
  test('a spread is the median between the least and the most', () => {
    expect(spread([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5 });
    expect(spread([4, 1, 3, 2])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(spread([7])).toEqual({ median: 7, min: 7, max: 7 });
  });

  test('a ratio compares runs of the same round, so that a slow round changes nothing', () => {
    expect(pairedRatio([1, 10, 2], [2, 20, 4])).toEqual({ median: 0.5, min: 0.5, max: 0.5 });
  });

  test('there is no ratio to a figure that was 0 once', () => {
    expect(pairedRatio([1, 1], [0, 2])).toBeUndefined();
  });

  test('runs without a partner are a mistake', () => {
    expect(() => pairedRatio([1], [1, 2])).toThrow('paired runs must be equal in number');
    expect(() => spread([])).toThrow('a spread needs at least one value');
  });
});
