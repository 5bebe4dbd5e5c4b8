// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { expiredSequences, nextSequence } from './retention.ts';

describe('retention', () => {
  it('deletes the oldest by number, not by name or order of listing', () => {
    expect(expiredSequences([999_999, 1_000_001, 1_000_000, 7], 3)).toStrictEqual([7, 999_999]);
  });

  it('counts the current file', () => {
    expect(expiredSequences([1, 2], 3)).toStrictEqual([]);
    expect(expiredSequences([1, 2], 1)).toStrictEqual([1, 2]);
  });

  it('deletes nothing without a limit', () => {
    expect(expiredSequences([1, 2, 3], Infinity)).toStrictEqual([]);
  });
});

describe('the next sequence', () => {
  it('is 1 in an empty directory', () => {
    expect(nextSequence([], 0)).toBe(1);
  });

  it('goes on above the highest in the directory, also over gaps', () => {
    expect(nextSequence([2, 9, 4], 0)).toBe(10);
  });

  it('does not repeat one whose file another program took away', () => {
    expect(nextSequence([2], 5)).toBe(6);
  });
});
