// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { expiredFiles, type KeptFile, nextSequence, type RetentionLimits } from './retention.ts';

const NO_LIMITS: RetentionLimits = { maxFiles: Infinity, maxAgeMillis: Infinity, maxTotalBytes: Infinity };

/** Files of 10 bytes; the one with the sequence n was written at n. */
function files(...sequences: readonly number[]): KeptFile[] {
  return sequences.map((sequence) => ({ sequence, bytes: 10, modifiedMillis: sequence }));
}

function expired(kept: readonly KeptFile[], limits: Partial<RetentionLimits>, current = 0, now = 0): number[] {
  return expiredFiles(kept, { ...NO_LIMITS, ...limits }, current, now).map((file) => file.sequence);
}

describe('retention', () => {
  it('deletes the oldest by number, not by name or order of listing', () => {
    expect(expired(files(999_999, 1_000_001, 1_000_000, 7), { maxFiles: 3 })).toStrictEqual([7, 999_999]);
  });

  it('counts the current file', () => {
    expect(expired(files(1, 2), { maxFiles: 3 })).toStrictEqual([]);
    expect(expired(files(1, 2), { maxFiles: 1 })).toStrictEqual([1, 2]);
  });

  it('deletes nothing without a limit', () => {
    expect(expired(files(1, 2, 3), {}, 1e15, 1e15)).toStrictEqual([]);
  });

  it('keeps the newest that fit into the total, together with the current file', () => {
    expect(expired(files(1, 2, 3, 4), { maxTotalBytes: 45 }, 15)).toStrictEqual([1]);
    expect(expired(files(1, 2, 3, 4), { maxTotalBytes: 45 }, 40)).toStrictEqual([1, 2, 3, 4]);
  });

  it('leaves no gap behind a file that is too large', () => {
    const large = { sequence: 3, bytes: 100, modifiedMillis: 3 };
    expect(expired([...files(1, 2), large, ...files(4)], { maxTotalBytes: 50 })).toStrictEqual([1, 2, 3]);
  });

  it('deletes what is older than the limit, and not what is as old', () => {
    expect(expired(files(100, 200, 300), { maxAgeMillis: 100 }, 0, 300)).toStrictEqual([100]);
  });

  it('counts a file and its compressed form as one in number, and both in bytes', () => {
    const kept = files(1, 2, 2, 3);
    expect(expired(kept, { maxFiles: 3 })).toStrictEqual([1]);
    expect(expired(kept, { maxTotalBytes: 20 })).toStrictEqual([1, 2]);
  });

  it('applies all limits together', () => {
    const limits = { maxFiles: 5, maxAgeMillis: 3, maxTotalBytes: 20 };
    expect(expired(files(1, 2, 3, 4, 5, 6), limits, 0, 6)).toStrictEqual([1, 2, 3, 4]);
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
