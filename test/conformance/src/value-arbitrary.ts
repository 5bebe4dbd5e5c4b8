// SPDX-License-Identifier: Apache-2.0
import {
  type Arbitrary,
  array,
  bigInt,
  boolean,
  constant,
  date,
  double,
  integer,
  letrec,
  maxSafeInteger,
  oneof,
  string,
  tuple,
  uint8Array,
  uniqueArray,
} from 'fast-check';
import { type AnyValue, bool, bytes, empty, int, list, map, real, text } from './any-value.ts';

/** A value and the AnyValue that it is. */
export interface ValuePair {
  readonly value: unknown;
  readonly expected: AnyValue;
}

/** Text of all kinds: ASCII, any character, lone surrogates, and long enough for lengths of two bytes. */
export const anyText: Arbitrary<string> = oneof(
  { weight: 4, arbitrary: string({ maxLength: 40 }) },
  { weight: 2, arbitrary: string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: array(integer({ min: 0xd700, max: 0xe000 })).map((units) => String.fromCharCode(...units)) },
  {
    weight: 1,
    arbitrary: tuple(string({ minLength: 1, maxLength: 3 }), integer({ max: 200 })).map(([part, count]) =>
      part.repeat(Math.max(count, 0)),
    ),
  },
);

export const wellFormed: (value: string) => string = (value) => value.toWellFormed();

const leaf: Arbitrary<ValuePair> = oneof(
  { weight: 4, arbitrary: anyText.map((value) => ({ value, expected: text(wellFormed(value)) })) },
  { weight: 2, arbitrary: oneof(integer(), maxSafeInteger()).map((value) => ({ value, expected: int(value) })) },
  { weight: 2, arbitrary: double().map((value) => ({ value, expected: numberValue(value) })) },
  { weight: 1, arbitrary: boolean().map((value) => ({ value, expected: bool(value) })) },
  {
    weight: 1,
    arbitrary: bigInt({ min: -(2n ** 66n), max: 2n ** 66n }).map((value) => ({ value, expected: bigIntValue(value) })),
  },
  { weight: 1, arbitrary: uint8Array({ maxLength: 200 }).map((value) => ({ value, expected: bytes(...value) })) },
  {
    weight: 1,
    arbitrary: date({ noInvalidDate: true }).map((value) => ({ value, expected: text(value.toISOString()) })),
  },
  { weight: 1, arbitrary: oneof(constant(null), constant(undefined)).map((value) => ({ value, expected: empty })) },
);

const { pair } = letrec<{ pair: ValuePair }>((tie) => ({
  pair: oneof(
    { maxDepth: 4, depthSize: 'small', withCrossShrink: true },
    leaf,
    array(tie('pair'), { maxLength: 4 }).map((items) => ({
      value: items.map(({ value }) => value),
      expected: list(...items.map(({ expected }) => expected)),
    })),
    array(leaf, { maxLength: 30 }).map((items) => ({
      value: items.map(({ value }) => value),
      expected: list(...items.map(({ expected }) => expected)),
    })),
    entries(tie('pair')).map((named) => ({ value: objectOf(named), expected: map(inOrder(named)) })),
    entries(tie('pair')).map((named) => ({
      value: new Map(named.map(([key, { value }]) => [key, value])),
      expected: map(named.map(([key, { expected }]) => [wellFormed(key), expected])),
    })),
  ),
}));

/** Values that are not hostile, up to five levels deep. */
export const valuePair: Arbitrary<ValuePair> = pair;

type Entries = readonly (readonly [string, ValuePair])[];

export function entries(values: Arbitrary<ValuePair> = pair): Arbitrary<Entries> {
  return uniqueArray(tuple(oneof(anyText, constant('__proto__'), constant('toString')), values), {
    selector: ([key]) => key,
    maxLength: 5,
  });
}

export function objectOf(named: Entries): Record<string, unknown> {
  return Object.fromEntries(named.map(([key, { value }]) => [key, value]));
}

/** The entries in the order that JavaScript gives to an object's keys. */
export function inOrder(named: Entries): [string, AnyValue][] {
  const byKey = new Map(named.map(([key, { expected }]) => [key, expected]));
  return Object.keys(objectOf(named)).map((key) => [wellFormed(key), byKey.get(key) ?? empty]);
}

function numberValue(value: number): AnyValue {
  const isInt64 = Number.isInteger(value) && Math.abs(value) < 2 ** 63 && !Object.is(value, -0);
  return isInt64 || value === -(2 ** 63) ? int(BigInt(value)) : real(value);
}

function bigIntValue(value: bigint): AnyValue {
  return value >= -(2n ** 63n) && value < 2n ** 63n ? int(value) : text(String(value));
}
