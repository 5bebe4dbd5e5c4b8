// SPDX-License-Identifier: Apache-2.0
import { type AnyValue, bool, bytes, empty, int, list, map, real, text } from './any-value.ts';

class Order {
  readonly id = 7;
  readonly items: readonly string[] = ['a'];
  get total(): number {
    return 9;
  }
}

class Money {
  toJSON(): unknown {
    return { amount: '1.50' };
  }
}

const error = Object.assign(new RangeError('too many', { cause: new Error('disk') }), { code: 'E_MANY' });
error.stack = 'RangeError: too many\n    at x';
(error.cause as Error).stack = 'Error: disk';

const aggregate = new AggregateError([new Error('one')], 'all failed');
aggregate.stack = 'AggregateError: all failed';
(aggregate.errors[0] as Error).stack = 'Error: one';

const cyclic: Record<string, unknown> = { name: 'loop' };
cyclic['self'] = cyclic;
cyclic['list'] = [cyclic];
const shared = { a: 1 };

const cyclicMap = new Map<string, unknown>();
cyclicMap.set('self', cyclicMap);

const cyclicError = new Error('round');
cyclicError.stack = 'Error: round';
cyclicError.cause = cyclicError;

const sparse: unknown[] = [];
sparse[2] = 'c';

const noPrototype = Object.assign(Object.create(null) as object, { a: 1 });

/** Values, what each is called, and the AnyValue that it is. */
export const valueCorpus: readonly (readonly [string, unknown, AnyValue])[] = [
  ['null', null, empty],
  ['undefined', undefined, empty],
  ['an empty string', '', text('')],
  ['ASCII', 'hello', text('hello')],
  // Short texts are written four units at a time.
  ...[1, 2, 3, 4, 5, 18, 19, 20, 21, 33].map((units): [string, unknown, AnyValue] => {
    const value = 'abcdefghijklmnopqrstuvwxyz0123456789'.slice(0, units);
    return [`a string of ${units} units`, value, text(value)];
  }),
  ...[1, 2, 3, 4, 17, 18, 19, 20, 21].map((units): [string, unknown, AnyValue] => {
    const value = `${'a'.repeat(units - 1)}注`;
    return [`a string of ${units} units, the last beyond ASCII`, value, text(value)];
  }),
  ['a string whose AnyValue takes 127 bytes', 'x'.repeat(125), text('x'.repeat(125))],
  ['a string whose AnyValue takes 128 bytes', 'x'.repeat(126), text('x'.repeat(126))],
  ['a string of 127 bytes', 'x'.repeat(127), text('x'.repeat(127))],
  ['a string of 128 bytes', 'x'.repeat(128), text('x'.repeat(128))],
  ['a string of 16,383 bytes', 'x'.repeat(16_383), text('x'.repeat(16_383))],
  ['a string of 16,384 bytes', 'x'.repeat(16_384), text('x'.repeat(16_384))],
  ['two bytes a unit across a length boundary', 'é'.repeat(64), text('é'.repeat(64))],
  ['three bytes a unit', '注文'.repeat(40), text('注文'.repeat(40))],
  ['surrogate pairs', '😀'.repeat(40), text('😀'.repeat(40))],
  ['lone surrogates', 'a\ud800b\udc00', text('a\ufffdb\ufffd')],
  ['lone surrogates in a long string', `${'a'.repeat(30)}\ud800`, text(`${'a'.repeat(30)}\ufffd`)],
  ['control characters', '\u0000\n\u001b\u0085\u2028', text('\u0000\n\u001b\u0085\u2028')],
  ['true', true, bool(true)],
  ['false', false, bool(false)],
  ['zero', 0, int(0)],
  ['negative zero', -0, real(-0)],
  ['127', 127, int(127)],
  ['128', 128, int(128)],
  ['2^31 - 1', 2 ** 31 - 1, int(2 ** 31 - 1)],
  ['2^31', 2 ** 31, int(2 ** 31)],
  ['2^32', 2 ** 32, int(2 ** 32)],
  ['-1', -1, int(-1)],
  ['-2^31 - 1', -(2 ** 31) - 1, int(-(2 ** 31) - 1)],
  ['the largest safe integer', Number.MAX_SAFE_INTEGER, int(Number.MAX_SAFE_INTEGER)],
  ['an integer beyond the safe ones', 2 ** 62, int(2n ** 62n)],
  ['-2^63', -(2 ** 63), int(-(2n ** 63n))],
  ['2^63', 2 ** 63, real(2 ** 63)],
  ['a fraction', 0.1, real(0.1)],
  ['NaN', Number.NaN, real(Number.NaN)],
  ['Infinity', Number.POSITIVE_INFINITY, real(Number.POSITIVE_INFINITY)],
  ['-Infinity', Number.NEGATIVE_INFINITY, real(Number.NEGATIVE_INFINITY)],
  ['the smallest double', Number.MIN_VALUE, real(Number.MIN_VALUE)],
  ['a bigint', 10n, int(10n)],
  ['the largest int64', 2n ** 63n - 1n, int(2n ** 63n - 1n)],
  ['the smallest int64', -(2n ** 63n), int(-(2n ** 63n))],
  ['a bigint beyond int64', 2n ** 63n, text('9223372036854775808')],
  ['a bigint below int64', -(2n ** 63n) - 1n, text('-9223372036854775809')],
  ['an empty array', [], list()],
  ['an array', [1, 'a', true, null], list(int(1), text('a'), bool(true), empty)],
  ['an array with holes', sparse, list(empty, empty, text('c'))],
  ['nested arrays', [[[]], [1]], list(list(list()), list(int(1)))],
  ['an array of 127 bytes', Array(31).fill(true), list(...Array<AnyValue>(31).fill(bool(true)))],
  ['a long array', Array(5000).fill(7), list(...Array<AnyValue>(5000).fill(int(7)))],
  ['an empty object', {}, map([])],
  [
    'an object',
    { a: 1, b: { c: 'd' } },
    map([
      ['a', int(1)],
      ['b', map([['c', text('d')]])],
    ]),
  ],
  [
    'undefined and null in an object',
    { a: undefined, b: null },
    map([
      ['a', empty],
      ['b', empty],
    ]),
  ],
  ['an empty key', { '': 1 }, map([['', int(1)]])],
  ['a long key', { ['k'.repeat(300)]: 1 }, map([['k'.repeat(300), int(1)]])],
  [
    'a key beyond ASCII',
    { größe: 1, '注文\ud800': 2 },
    map([
      ['größe', int(1)],
      ['注文\ufffd', int(2)],
    ]),
  ],
  [
    'keys that name members of Object.prototype',
    JSON.parse('{"__proto__":{"x":1},"constructor":2,"toString":3}'),
    map([
      ['__proto__', map([['x', int(1)]])],
      ['constructor', int(2)],
      ['toString', int(3)],
    ]),
  ],
  [
    'integer keys, in the order of JavaScript',
    { b: 1, 2: 2, 1: 3 },
    map([
      ['1', int(3)],
      ['2', int(2)],
      ['b', int(1)],
    ]),
  ],
  ['symbol keys', { [Symbol('hidden')]: 1, a: 2 }, map([['a', int(2)]])],
  ['an object without a prototype', noPrototype, map([['a', int(1)]])],
  [
    'a class instance',
    new Order(),
    map([
      ['id', int(7)],
      ['items', list(text('a'))],
    ]),
  ],
  ['an object with toJSON', new Money(), map([['amount', text('1.50')]])],
  ['a date', new Date(1_767_225_600_123), text('2026-01-01T00:00:00.123Z')],
  ['an invalid date', new Date(Number.NaN), text('Invalid Date')],
  [
    'a map',
    new Map<unknown, unknown>([
      ['a', 1],
      ['b', new Map([['c', 2]])],
    ]),
    map([
      ['a', int(1)],
      ['b', map([['c', int(2)]])],
    ]),
  ],
  ['a map with object keys', new Map([[shared, 'x']]), list(list(map([['a', int(1)]]), text('x')))],
  ['a set', new Set([1, 'a', [2]]), list(int(1), text('a'), list(int(2)))],
  ['a buffer', Buffer.from('héllo'), bytes(...Buffer.from('héllo'))],
  ['no bytes', new Uint8Array(), bytes()],
  ['bytes that are a part of their buffer', Uint8Array.of(0, 1, 2, 3).subarray(1, 3), bytes(1, 2)],
  ['128 bytes', new Uint8Array(128).fill(255), bytes(...new Uint8Array(128).fill(255))],
  ['an ArrayBuffer', Uint8Array.of(1, 2).buffer, bytes(1, 2)],
  ['a typed array', Int16Array.of(-1, 2), list(int(-1), int(2))],
  ['an array of doubles', Float64Array.of(0.5, 1), list(real(0.5), int(1))],
  [
    'an error',
    error,
    map([
      ['name', text('RangeError')],
      ['message', text('too many')],
      ['stack', text('RangeError: too many\n    at x')],
      [
        'cause',
        map([
          ['name', text('Error')],
          ['message', text('disk')],
          ['stack', text('Error: disk')],
        ]),
      ],
      ['code', text('E_MANY')],
    ]),
  ],
  [
    'an aggregate error',
    aggregate,
    map([
      ['name', text('AggregateError')],
      ['message', text('all failed')],
      ['stack', text('AggregateError: all failed')],
      [
        'errors',
        list(
          map([
            ['name', text('Error')],
            ['message', text('one')],
            ['stack', text('Error: one')],
          ]),
        ),
      ],
    ]),
  ],
  ['a URL', new URL('https://example.com/a?b=c'), text('https://example.com/a?b=c')],
  ['a regular expression', /a+/gi, text('/a+/gi')],
  ['a symbol', Symbol('s'), text('Symbol(s)')],
  ['a function', function pay() {}, text('[Function pay]')],
  ['a promise', Promise.resolve(), text('[Promise]')],
  ['a boxed number', Object(5), int(5)],
  [
    'a value inside itself',
    cyclic,
    map([
      ['name', text('loop')],
      ['self', text('[Circular]')],
      ['list', list(text('[Circular]'))],
    ]),
  ],
  ['a value twice beside itself', [shared, shared], list(map([['a', int(1)]]), map([['a', int(1)]]))],
  ['a map inside itself', cyclicMap, map([['self', text('[Circular]')]])],
  [
    'an error that caused itself',
    cyclicError,
    map([
      ['name', text('Error')],
      ['message', text('round')],
      ['stack', text('Error: round')],
      ['cause', text('[Circular]')],
    ]),
  ],
  [
    '31 maps inside each other',
    nest<unknown>(31, (inner) => ({ a: inner }), 1),
    nest(31, (inner) => map([['a', inner]]), int(1)),
  ],
  [
    'a 32nd map',
    nest<unknown>(32, (inner) => ({ a: inner }), 1),
    nest(31, (inner) => map([['a', inner]]), text('[MaxDepth]')),
  ],
  ['47 arrays inside each other', nest<unknown>(47, (inner) => [inner], 1), nest(47, (inner) => list(inner), int(1))],
  ['a 48th array', nest<unknown>(48, (inner) => [inner], 1), nest(47, (inner) => list(inner), text('[MaxDepth]'))],
  [
    'a getter that throws',
    {
      a: 1,
      get b() {
        return fail();
      },
      c: 3,
    },
    map([
      ['a', int(1)],
      ['b', text('[Throws]')],
      ['c', int(3)],
    ]),
  ],
  ['a toJSON that throws', { toJSON: fail }, text('[Throws]')],
  ['a proxy that throws', new Proxy({}, { ownKeys: fail }), text('[Throws]')],
];

function nest<T>(levels: number, wrap: (inner: T) => T, innermost: T): T {
  return levels === 0 ? innermost : wrap(nest(levels - 1, wrap, innermost));
}

function fail(): never {
  throw new Error('a secret');
}
