// SPDX-License-Identifier: Apache-2.0
import { randomRuns } from '@logferry-test/support/random';
import { assert, integer, property } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnixNanos } from './unix-nanos.ts';

function nanosOf(time: UnixNanos): bigint {
  return (BigInt(time.high) << 32n) | BigInt(time.low);
}

function readAny(value: unknown): bigint {
  const time = new UnixNanos();
  time.readAny(value);
  return nanosOf(time);
}

describe('UnixNanos', () => {
  it('is exact for every second and nanosecond that fits into 64 bits', () => {
    const time = new UnixNanos();
    assert(
      property(integer({ min: 0, max: 18_446_744_072 }), integer({ min: 0, max: 999_999_999 }), (seconds, nanos) => {
        expect(time.read(seconds, nanos)).toBe(true);
        const expected = BigInt(seconds) * 1_000_000_000n + BigInt(nanos);
        expect(nanosOf(time)).toBe(expected);
        expect(readAny([seconds, nanos])).toBe(expected);
      }),
      randomRuns(20_000),
    );
  });

  it('carries into the upper half within one second', () => {
    const time = new UnixNanos();
    for (const nanos of [0, 294_967_295, 294_967_296, 999_999_999]) {
      expect(time.read(4, nanos)).toBe(true);
      expect(nanosOf(time)).toBe(4_000_000_000n + BigInt(nanos));
    }
  });

  it.each([
    [-1, 0],
    [1.5, 0],
    [Number.NaN, 0],
    [18_446_744_073, 0],
    [0, -1],
    [0, 0.5],
    [0, 1_000_000_000],
  ])('leaves [%d, %d] to readAny', (seconds, nanos) => {
    expect(new UnixNanos().read(seconds, nanos)).toBe(false);
  });

  it.each<[string, unknown, bigint]>([
    ['the last time that fits', [18_446_744_073, 709_551_615], 2n ** 64n - 1n],
    ['a later time', [18_446_744_073, 709_551_616], 2n ** 64n - 1n],
    ['a time before 1970', [-1, 999_999_999], 0n],
    ['fractions', [1.5, 0.75], 1_500_000_000n],
    ['more than a second of nanoseconds', [1, 2_000_000_000], 3_000_000_000n],
    ['no numbers', ['1', '2'], 0n],
    ['not a number', [Number.NaN, 1], 0n],
    ['infinity', [Number.POSITIVE_INFINITY, 0], 0n],
    ['undefined', undefined, 0n],
    ['a date', new Date(), 0n],
    ['a revoked proxy', revokedProxy(), 0n],
  ])('makes the best of %s', (_name, value, expected) => {
    expect(readAny(value)).toBe(expected);
  });
});

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {});
  revoke();
  return proxy;
}
