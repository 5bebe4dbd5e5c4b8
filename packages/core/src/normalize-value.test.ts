// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { THROWS } from './markers.ts';
import { isInt64Number, ItemList, NamedValues, normalizeValue } from './normalize-value.ts';

const named = (entries: Record<string, unknown>, leftOut = 0): NamedValues =>
  new NamedValues(Object.keys(entries), Object.values(entries), leftOut);
const list = (items: unknown[], leftOut = 0): ItemList => new ItemList(items, leftOut);

class Order {
  id = 7;
  #secret = 'hidden';
  get total(): number {
    return this.#secret.length;
  }
}

class Money {
  toJSON(): unknown {
    return { amount: '1.50' };
  }
}

const circular: { self?: unknown } = {};
circular.self = circular;
const sparse: unknown[] = [];
sparse[2] = 'c';
const shadowed = new Map([['a', 1]]);
Object.defineProperty(shadowed, 'size', { value: 99 });

describe('the form of a value', () => {
  it.each<[string, unknown, unknown]>([
    ['null', null, null],
    ['undefined', undefined, null],
    ['an empty string', '', ''],
    ['a boolean', false, false],
    ['a number', 1.5, 1.5],
    ['a bigint within int64', -(2n ** 63n), -(2n ** 63n)],
    ['a bigint beyond int64', 2n ** 63n, '9223372036854775808'],
    ['a bigint of millions of digits', -(1n << 40_000n), `-0x1${'0'.repeat(10_000)}`],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['a function', function pay() {}, '[Function pay]'],
    [
      'a function without a name',
      (
        () => () =>
          1
      )(),
      '[Function]',
    ],
    ['a class', Order, '[Function Order]'],
    ['an empty array', [], list([])],
    ['an array with holes', sparse, list([undefined, undefined, 'c'])],
    ['a plain object', { a: 1, b: undefined }, named({ a: 1, b: undefined })],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), named({ a: 1 })],
    ['a class instance', new Order(), named({ id: 7 })],
    ['an object with toJSON', new Money(), named({ amount: '1.50' })],
    ['an object whose toJSON returns itself', { a: 1, toJSON: toSelf }, named({ a: 1, toJSON: toSelf })],
    ['an object with a toJSON that throws', { toJSON: throwing }, THROWS],
    ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
    ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
    ['a map with string keys', new Map([['a', 1]]), named({ a: 1 })],
    ['a map with number keys', new Map([[5, 'five']]), named({ 5: 'five' })],
    [
      'a map whose keys collide as strings',
      new Map<unknown, number>([
        [1, 1],
        ['1', 2],
      ]),
      list([
        [1, 1],
        ['1', 2],
      ]),
    ],
    ['a map with object keys', new Map([[circular, 1]]), list([[circular, 1]])],
    ['a map that shadows its size', shadowed, named({ a: 1 })],
    ['a set', new Set(['a', 1]), list(['a', 1])],
    ['a regular expression', /a+/giu, '/a+/giu'],
    ['a URL', new URL('https://example.com/a?b#c'), 'https://example.com/a?b#c'],
    ['URL parameters', new URLSearchParams({ a: 'b c' }), 'a=b+c'],
    ['a buffer', Buffer.from([1, 2]), Uint8Array.of(1, 2)],
    [
      'a byte array that shadows its length',
      Object.defineProperty(Uint8Array.of(1, 2), 'length', { value: 9 }),
      Uint8Array.of(1, 2),
    ],
    ['a Uint8Array', Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    ['a clamped array', Uint8ClampedArray.of(1, 2), Uint8Array.of(1, 2)],
    ['an ArrayBuffer', Uint8Array.of(1, 2).buffer, Uint8Array.of(1, 2)],
    ['a DataView', new DataView(Uint8Array.of(1, 2, 3).buffer, 1), Uint8Array.of(2, 3)],
    ['other typed arrays', Float64Array.of(1.5, -0), list([1.5, -0])],
    ['typed arrays of bigints', BigUint64Array.of(2n ** 64n - 1n), list([2n ** 64n - 1n])],
    ['a boxed string', Object('boxed'), 'boxed'],
    ['a boxed bigint', Object(5n), 5n],
    ['a promise', Promise.resolve(1), '[Promise]'],
    ['a weak map', new WeakMap(), '[WeakMap]'],
    [
      'keys that name members of Object.prototype',
      JSON.parse('{"__proto__":1,"constructor":2}'),
      new NamedValues(['__proto__', 'constructor'], [1, 2], 0),
    ],
    ['a proxy that throws from every trap', hostileProxy(), THROWS],
    ['a revoked proxy', revokedProxy(), THROWS],
    [
      'a getter that throws',
      {
        a: 1,
        get b() {
          return throwing();
        },
      },
      named({ a: 1, b: THROWS }),
    ],
    ['an array around which a proxy lies', new Proxy([1], { get: () => -5 }), list([])],
  ])('%s', (_name, value, expected) => {
    expect(normalizeValue(value)).toEqual(expected);
  });

  it('gives the members of an error, its cause and its own fields', () => {
    const cause = new TypeError('no route');
    const error = Object.assign(new Error('order failed', { cause }), { code: 'E_ORDER' });
    expect(normalizeValue(error)).toEqual(
      named({ name: 'Error', message: 'order failed', stack: error.stack, cause, code: 'E_ORDER' }),
    );
  });

  it('gives the errors of an AggregateError', () => {
    const errors = [new Error('a'), new Error('b')];
    const error = new AggregateError(errors, 'both');
    expect(normalizeValue(error)).toEqual(
      named({ name: 'AggregateError', message: 'both', stack: error.stack, errors }),
    );
  });

  it('keeps the other members of an error whose stack throws', () => {
    const error = new Error('kept');
    Object.defineProperty(error, 'stack', { get: throwing });
    expect(normalizeValue(error)).toEqual(named({ name: 'Error', message: 'kept', stack: THROWS }));
  });

  it('takes as many items as allowed and counts the rest', () => {
    expect(normalizeValue([1, 2, 3], 2)).toEqual(list([1, 2], 1));
    expect(normalizeValue({ a: 1, b: 2, c: 3 }, 1)).toEqual(named({ a: 1 }, 2));
    expect(normalizeValue(new Set([1, 2, 3]), 1)).toEqual(list([1], 2));
    expect(
      normalizeValue(
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
        1,
      ),
    ).toEqual(named({ a: 1 }, 1));
    expect(normalizeValue(Object.assign([], { length: 4_000_000_000 }), 1)).toEqual(list([undefined], 3_999_999_999));
  });

  it('never lets the text of what was thrown through', () => {
    const value = {
      get secret(): string {
        throw new Error('password=hunter2');
      },
    };
    expect(JSON.stringify(normalizeValue(value))).not.toContain('hunter2');
  });
});

describe('int64 or double', () => {
  it.each([
    [0, true],
    [-0, false],
    [1.5, false],
    [Number.MAX_SAFE_INTEGER, true],
    [-(2 ** 63), true],
    [2 ** 63, false],
    [2 ** 63 - 1024, true],
    [Number.NaN, false],
    [Number.NEGATIVE_INFINITY, false],
  ])('%d is an int64: %s', (value, expected) => {
    expect(isInt64Number(value)).toBe(expected);
  });
});

function toSelf(this: unknown): unknown {
  return this;
}

function throwing(): never {
  throw new Error('from a getter');
}

function hostileProxy(): unknown {
  return new Proxy({}, { get: throwing, ownKeys: throwing, getPrototypeOf: throwing, has: throwing });
}

function revokedProxy(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
