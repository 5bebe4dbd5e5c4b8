// SPDX-License-Identifier: Apache-2.0
import { isInt64Number } from '@logferry/core';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeDouble, writeInteger, writeNineDigits } from './json-number.ts';
import { ByteArena } from './byte-arena.ts';

type Write<T> = (arena: ByteArena, position: number, value: T) => number;

function written<T>(write: Write<T>, value: T): string {
  const arena = new ByteArena(128);
  return arena.bytes.toString('latin1', 0, write(arena, 0, value));
}

const int64 = fc.oneof(
  fc.integer(),
  fc.maxSafeInteger(),
  fc.double({ min: -(2 ** 63), max: 2 ** 63, maxExcluded: true, noNaN: true }).map(Math.trunc),
  fc
    .tuple(fc.constantFrom(10, 2), fc.integer({ min: 0, max: 18 }), fc.integer({ min: -1, max: 1 }))
    .map(([base, power, offset]) => base ** power + offset),
);

const double = fc.oneof(
  fc.double(),
  fc.tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 12 })).map(([digits, places]) => digits / 10 ** places),
  fc.tuple(fc.integer(), fc.integer({ min: 0, max: 6 })).map(([digits, places]) => digits / 10 ** places),
);

describe('numbers in JSON', () => {
  it('writes every int64 in decimal', () => {
    fc.assert(
      fc.property(int64.filter(isInt64Number), (value) => {
        expect(written(writeInteger, value)).toBe(String(BigInt(value)));
      }),
      { ...randomRuns(20_000), verbose: fc.VerbosityLevel.Verbose },
    );
  });

  it.each([0, 9, 10, -1, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 53, 2 ** 63 - 1024, -(2 ** 63)])(
    'writes %d',
    (value) => {
      expect(written(writeInteger, value)).toBe(String(BigInt(value)));
    },
  );

  it.each([2n ** 63n - 1n, -(2n ** 63n), 0n])('writes the bigint %s', (value) => {
    expect(written(writeInteger, value)).toBe(String(value));
  });

  it('writes doubles with the shortest digits that read back the same', () => {
    fc.assert(
      fc.property(double.filter(Number.isFinite), (value) => {
        const text = written(writeDouble, value);
        expect(JSON.parse(text)).toBe(value);
        expect(text).toBe(Object.is(value, -0) ? '-0' : String(value));
      }),
      { ...randomRuns(20_000), verbose: fc.VerbosityLevel.Verbose },
    );
  });

  it.each([
    [-0, '-0'],
    [12.5, '12.5'],
    [0.001, '0.001'],
    [-1234.05, '-1234.05'],
    [0.1 + 0.2, '0.30000000000000004'],
    [5e-324, '5e-324'],
    [2 ** 63, '9223372036854776000'],
    [1e300, '1e+300'],
    [Number.NaN, '"NaN"'],
    [Infinity, '"Infinity"'],
    [-Infinity, '"-Infinity"'],
  ])('writes the double %d as %s', (value, expected) => {
    expect(written(writeDouble, value)).toBe(expected);
  });

  it('writes nanoseconds with nine digits', () => {
    expect([0, 1, 1000, 1_000_000, 123_456_789, 999_999_999].map((value) => written(writeNineDigits, value))).toEqual([
      '000000000',
      '000000001',
      '000001000',
      '001000000',
      '123456789',
      '999999999',
    ]);
  });
});
