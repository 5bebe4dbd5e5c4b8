// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { type Arbitrary, array, constantFrom, oneof, record, subarray, tuple } from 'fast-check';
import { hostileRecipes } from './hostile-values.ts';

const wrappings: readonly ((inner: unknown) => unknown)[] = [
  (inner) => inner,
  (inner) => [1, inner, 'after'],
  (inner) => ({ before: 1, inner, after: 'x' }),
  (inner) => new Map([['inner', inner]]),
  (inner) => new Set([inner]),
  (inner) => Object.assign(new Error('around'), { inner }),
  (inner) => ({ toJSON: () => inner }),
];

function anythingOf({ light, heavy }: typeof hostileRecipes): Arbitrary<() => unknown> {
  const hostile = tuple(
    oneof({ weight: 1000, arbitrary: constantFrom(...light) }, { weight: 1, arbitrary: constantFrom(...heavy) }),
    array(constantFrom(...wrappings), { maxLength: 3 }),
  ).map(
    ([make, around]) =>
      () =>
        around.reduce((inner, wrap) => wrap(inner), make()),
  );
  return oneof(
    { weight: 3, arbitrary: hostile },
    constantFrom(
      () => 'fine',
      () => 1,
    ),
  );
}

const FIELDS = [
  'hrTime',
  'hrTimeObserved',
  'severityNumber',
  'severityText',
  'body',
  'attributes',
  'droppedAttributesCount',
  'spanContext',
  'resource',
  'instrumentationScope',
  'eventName',
] as const;

/** Fields that hold anything, attributes that hold anything, and fields that throw when they are read. */
export function hostileRecord(recipes: typeof hostileRecipes = hostileRecipes): Arbitrary<() => ReadableLogRecord> {
  const anything = anythingOf(recipes);
  return record({
    value: anything,
    replaced: subarray([...FIELDS], { maxLength: 3 }),
    throwing: subarray([...FIELDS], { maxLength: 2 }),
    attributes: array(tuple(constantFrom('a', 'b', '', '__proto__', 'k'.repeat(300)), anything), { maxLength: 3 }),
  }).map(({ value, replaced, throwing, attributes }) => () => {
    const fields = {
      body: value(),
      attributes: Object.fromEntries(attributes.map(([key, make]) => [key, make()])),
      ...Object.fromEntries(replaced.map((field) => [field, value()])),
    };
    if (throwing.length === 0) return testRecord(fields);
    return new Proxy(testRecord(fields), {
      get(target, key, receiver) {
        if ((throwing as string[]).includes(String(key))) throw new Error('from hostile code');
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
  });
}
