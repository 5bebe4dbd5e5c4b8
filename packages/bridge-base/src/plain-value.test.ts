// SPDX-License-Identifier: Apache-2.0
import { collectLogRecords } from '@logferry-test/support';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { plainValue } from './plain-value.ts';

class Money {
  readonly #cents = 500;
  readonly currency = 'EUR';
  toJSON(): object {
    return { cents: this.#cents, currency: this.currency };
  }
}

class Point {
  readonly x = 1;
  readonly y = 2;
}

test.each<[string, unknown, unknown]>([
  ['a string', 'text', 'text'],
  ['a safe bigint', 7n, 7],
  ['a bigint beyond the safe integers', 9_007_199_254_740_993n, '9007199254740993'],
  ['a bigint beyond 64 bits', 2n ** 70n, '1180591620717411303424'],
  ['undefined', undefined, null],
  ['null', null, null],
  ['a symbol', Symbol('x'), 'Symbol(x)'],
  ['a function', function pay() {}, '[Function pay]'],
  ['a Date', new Date('2026-01-02T03:04:05.006Z'), '2026-01-02T03:04:05.006Z'],
  ['an invalid Date', new Date(Number.NaN), 'Invalid Date'],
  ['a URL', new URL('https://shop.test/a?b=1'), 'https://shop.test/a?b=1'],
  ['a RegExp', /a+/g, '/a+/g'],
  ['a Map', new Map<string, unknown>([['a', 1n]]), { a: 1 }],
  ['a Map with objects as keys', new Map([[{ id: 1 }, 'x']]), [[{ id: 1 }, 'x']]],
  ['a Set', new Set([1, new Set([2])]), [1, [2]]],
  ['a Buffer', Buffer.from('abc'), Uint8Array.of(97, 98, 99)],
  ['a class instance', new Point(), { x: 1, y: 2 }],
  ['a class instance with toJSON', new Money(), { cents: 500, currency: 'EUR' }],
  ['an array with holes and undefined', [1, undefined, 3], [1, null, 3]],
  ['an object with undefined', { a: undefined, b: 1 }, { b: 1 }],
  [
    'a key that changes a prototype',
    JSON.parse('{"__proto__":1,"a":2}'),
    [
      ['__proto__', 1],
      ['a', 2],
    ],
  ],
  ['a key that the SDK takes for a class', { constructor: 'x' }, [['constructor', 'x']]],
])('%s', (_about, value, expected) => {
  expect(plainValue(value)).toEqual(expected);
});

test('an error that is a value keeps its name, message, stack, cause and own fields', () => {
  const cause = Object.assign(new TypeError('inner'), { stack: 'TypeError: inner' });
  const error = Object.assign(new Error('outer', { cause }), { stack: 'Error: outer', code: 'E_OUTER' });
  expect(plainValue({ error })).toEqual({
    error: {
      name: 'Error',
      message: 'outer',
      stack: 'Error: outer',
      cause: { name: 'TypeError', message: 'inner', stack: 'TypeError: inner' },
      code: 'E_OUTER',
    },
  });
});

test('a value that contains itself ends in a marker, one that is only shared is kept twice', () => {
  const shared = { id: 1 };
  const cyclic: Record<string, unknown> = { first: shared, second: shared };
  cyclic['self'] = cyclic;
  expect(plainValue(cyclic)).toEqual({ first: { id: 1 }, second: { id: 1 }, self: '[Circular]' });
});

test('20,000 levels end at the depth that is kept', () => {
  let value: unknown = 'core';
  for (let level = 0; level < 20_000; level += 1) value = [value];
  expect(JSON.stringify(plainValue(value))).toBe(`${'['.repeat(32)}"[MaxDepth]"${']'.repeat(32)}`);
});

test('a hundred thousand items end in a marker', () => {
  const items = plainValue(Array.from({ length: 100_000 }, (_, index) => index)) as unknown[];
  expect(items).toHaveLength(10_000);
  expect(items.at(-1)).toBe('[Truncated]');
});

test('getters and traps that throw become a marker', () => {
  const throwing = {
    get total(): number {
      throw new Error('no');
    },
  };
  const ownKeys = (): never => {
    throw new Error('no');
  };
  const proxy = new Proxy({}, { ownKeys });
  expect(plainValue({ throwing, proxy })).toEqual({ throwing: { total: '[Throws]' }, proxy: '[Throws]' });
});

test('what was made plain shares nothing with the value', () => {
  const bytes = Buffer.from([1, 2]);
  const value = { list: [{ a: 1 }], bytes };
  const plain = plainValue(value);
  value.list[0] = { a: 2 };
  bytes[0] = 9;
  expect(plain).toEqual({ list: [{ a: 1 }], bytes: Uint8Array.of(1, 2) });
});

test('the SDK keeps every value that was made plain as it is', () => {
  const { provider, records } = collectLogRecords();
  const logger = provider.getLogger('test');
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
    withNullPrototype: true,
    withBoxedValues: true,
    key: fc.oneof(fc.string(), fc.constantFrom('constructor', '__proto__', 'toJSON', 'then', 'length')),
  });
  fc.assert(
    fc.property(anything, (value) => {
      const plain = plainValue(value);
      logger.emit({ attributes: { plain } });
      expect(records.at(-1)?.attributes).toEqual({ plain });
    }),
    randomRuns(),
  );
});
