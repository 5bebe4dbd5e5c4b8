// SPDX-License-Identifier: Apache-2.0
import { isInt64Number } from '@logferry/core';
import { randomRuns } from '@logferry-test/support/random';
import { assert, bigInt, double, oneof, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  closeLength,
  varintSize,
  writeBytes,
  writeInt64BigInt,
  writeInt64Number,
  writeText,
  writeVarint,
} from './protobuf-wire.ts';

/** What a writer writes behind three other bytes. */
function written(write: (bytes: Buffer, position: number) => number, size = 1000): Buffer {
  const bytes = Buffer.alloc(size + 8, 0xee);
  const end = write(bytes, 3);
  expect(bytes.toString('hex', 0, 3)).toBe('eeeeee');
  return bytes.subarray(3, end);
}

/** The definition: seven bits in a byte, the lowest first, the top bit set in all but the last. */
function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value & 0x7fn) | 0x80, ...varint(value >> 7n)];
}

const boundaries = [7, 14, 21, 28, 32].flatMap((bits) => [2 ** bits - 1, 2 ** bits]).filter((value) => value < 2 ** 32);

describe('varints', () => {
  it.each([0, 1, ...boundaries])('%i', (value) => {
    const expected = varint(BigInt(value));
    expect([...written((bytes, position) => writeVarint(bytes, position, value))]).toEqual(expected);
    expect(varintSize(value)).toBe(expected.length);
  });

  it('hold every int64, negative ones in ten bytes', () => {
    assert(
      property(bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        const expected = varint(BigInt.asUintN(64, value));
        expect([...written((bytes, position) => writeInt64BigInt(bytes, position, value))]).toEqual(expected);
      }),
      randomRuns(5000),
    );
  });

  it('hold every number that is an int64, also beyond 2^53', () => {
    const numbers = oneof(double().map(Math.trunc), bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(Number));
    assert(
      property(numbers.filter(isInt64Number), (value) => {
        const expected = varint(BigInt.asUintN(64, BigInt(value)));
        expect([...written((bytes, position) => writeInt64Number(bytes, position, value))]).toEqual(expected);
      }),
      randomRuns(5000),
    );
  });
});

describe('texts', () => {
  const lengths = [0, 1, 19, 20, 21, 42, 43, 127, 128, 5461, 5462, 16_383, 16_384, 100_000];
  const cases = lengths.flatMap((length) => ['a', 'é', '注', '\ud800', '😀'].map((unit) => [length, unit] as const));

  it.each(cases)('%i times %j', (length, unit) => {
    const text = unit.repeat(length);
    const expected = Buffer.from(text.toWellFormed());
    const actual = written((bytes, position) => writeText(bytes, position, text), expected.length);
    expect(actual.equals(Buffer.from([...varint(BigInt(expected.length)), ...expected]))).toBe(true);
  });

  it('are UTF-8 with U+FFFD for lone surrogates, whatever they hold', () => {
    const texts = oneof(
      string({ unit: 'binary' }),
      string().map((text) => text + text.slice(0, 1).repeat(30)),
    );
    assert(
      property(texts, (text) => {
        const expected = Buffer.from(text.toWellFormed());
        const actual = written((bytes, position) => writeText(bytes, position, text));
        expect(actual.equals(Buffer.from([...varint(BigInt(expected.length)), ...expected]))).toBe(true);
      }),
      randomRuns(5000),
    );
  });
});

describe('lengths', () => {
  it.each([
    [1, 0],
    [1, 127],
    [1, 128],
    [2, 127],
    [2, 128],
    [3, 5],
    [1, 16_384],
    [1, 2_097_152],
  ])('%i guessed for a content of %i bytes', (guessed, length) => {
    const bytes = Buffer.alloc(length + 16);
    bytes.fill(0x55, 2 + guessed, 2 + guessed + length);
    const end = closeLength(bytes, 2, guessed, length);
    const expected = Buffer.from([...varint(BigInt(length)), ...Buffer.alloc(length, 0x55)]);
    expect(bytes.subarray(2, end).equals(expected)).toBe(true);
  });
});

it('writes bytes with their length', () => {
  expect(written((bytes, position) => writeBytes(bytes, position, Uint8Array.of(1, 2)))).toEqual(Buffer.of(2, 1, 2));
});
