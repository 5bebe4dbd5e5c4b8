// SPDX-License-Identifier: Apache-2.0
import type { OtlpJsonValue } from '../collected-records.ts';
import type { OfficialMistake, ValueCase } from './value-cases.ts';

class Money {
  readonly amount: number;
  readonly currency: string;

  constructor(amount: number, currency: string) {
    this.amount = amount;
    this.currency = currency;
  }
}

function failure(): Error {
  const error = new TypeError('no such order', { cause: 'the shard is down' });
  error.stack = 'TypeError: no such order\n    at ship (order.js:1:1)';
  return Object.assign(error, { code: 'E_ORDER' });
}

const emptyMap: OtlpJsonValue = { kvlistValue: {} };

function lostAs(written: OtlpJsonValue, because: string): OfficialMistake {
  return { written, because };
}

/** Values that reach an exporter only as a body, or inside one: as attributes, the SDK drops or changes them. */
export const bodyValues: readonly ValueCase[] = [
  { name: 'undefined', value: undefined, written: {} },
  {
    name: 'undefined inside',
    value: { missing: undefined, list: [undefined] },
    written: {
      kvlistValue: {
        values: [
          { key: 'missing', value: {} },
          { key: 'list', value: { arrayValue: { values: [{}] } } },
        ],
      },
    },
  },
  {
    name: 'the largest int64',
    value: 2n ** 63n - 1n,
    written: { intValue: '9223372036854775807' },
    official: lostAs({}, 'a BigInt is lost'),
  },
  {
    name: 'the smallest int64',
    value: -(2n ** 63n),
    written: { intValue: '-9223372036854775808' },
    official: lostAs({}, 'a BigInt is lost'),
  },
  {
    name: 'an integer beyond int64',
    value: 2n ** 63n,
    written: { stringValue: '9223372036854775808' },
    official: lostAs({}, 'an integer outside int64 should become a string'),
  },
  {
    name: 'a Date',
    value: new Date('2026-11-22T10:11:12.131Z'),
    written: { stringValue: '2026-11-22T10:11:12.131Z' },
    official: lostAs(emptyMap, 'the time is lost'),
  },
  {
    name: 'a Map',
    value: new Map<unknown, unknown>([
      ['a', 1],
      [2, 'b'],
    ]),
    written: {
      kvlistValue: {
        values: [
          { key: 'a', value: { intValue: '1' } },
          { key: '2', value: { stringValue: 'b' } },
        ],
      },
    },
    official: lostAs(emptyMap, 'the entries are lost'),
  },
  {
    name: 'a Set',
    value: new Set([1, 'b']),
    written: { arrayValue: { values: [{ intValue: '1' }, { stringValue: 'b' }] } },
    official: lostAs(emptyMap, 'the items are lost'),
  },
  {
    name: 'an Error',
    value: failure(),
    written: {
      kvlistValue: {
        values: [
          { key: 'name', value: { stringValue: 'TypeError' } },
          { key: 'message', value: { stringValue: 'no such order' } },
          { key: 'stack', value: { stringValue: 'TypeError: no such order\n    at ship (order.js:1:1)' } },
          { key: 'cause', value: { stringValue: 'the shard is down' } },
          { key: 'code', value: { stringValue: 'E_ORDER' } },
        ],
      },
    },
    official: lostAs(
      { kvlistValue: { values: [{ key: 'code', value: { stringValue: 'E_ORDER' } }] } },
      'name, message, stack and cause are lost',
    ),
  },
  {
    name: 'a URL',
    value: new URL('https://shop.example/orders?id=1'),
    written: { stringValue: 'https://shop.example/orders?id=1' },
    official: lostAs(emptyMap, 'the address is lost'),
  },
  {
    name: 'a RegExp',
    value: /^a+$/i,
    written: { stringValue: '/^a+$/i' },
    official: lostAs(emptyMap, 'the pattern is lost'),
  },
  {
    name: 'an array of doubles',
    value: Float64Array.of(0.5, 2),
    written: { arrayValue: { values: [{ doubleValue: 0.5 }, { intValue: '2' }] } },
    official: lostAs(
      {
        kvlistValue: {
          values: [
            { key: '0', value: { doubleValue: 0.5 } },
            { key: '1', value: { intValue: '2' } },
          ],
        },
      },
      'an array is an array, not a map of its indices',
    ),
  },
  {
    name: 'an ArrayBuffer',
    value: Uint8Array.of(1, 2, 3).buffer,
    written: { bytesValue: 'AQID' },
    official: lostAs(emptyMap, 'the bytes are lost'),
  },
  {
    name: 'a symbol',
    value: Symbol('retry'),
    written: { stringValue: 'Symbol(retry)' },
    official: lostAs({}, 'the value is lost'),
  },
  {
    name: 'a function',
    value: function ship(): void {},
    written: { stringValue: '[Function ship]' },
    official: lostAs({}, 'the value is lost'),
  },
  {
    name: 'an object with toJSON',
    value: { toJSON: () => 'EUR 12.50' },
    written: { stringValue: 'EUR 12.50' },
    official: lostAs(
      { kvlistValue: { values: [{ key: 'toJSON', value: {} }] } },
      'what the object says it stands for is lost',
    ),
  },
  {
    name: 'an instance of a class',
    value: new Money(12.5, 'EUR'),
    written: {
      kvlistValue: {
        values: [
          { key: 'amount', value: { doubleValue: 12.5 } },
          { key: 'currency', value: { stringValue: 'EUR' } },
        ],
      },
    },
  },
  {
    name: 'own keys named like those of Object.prototype',
    value: JSON.parse('{"__proto__": {"admin": true}, "constructor": "c", "hasOwnProperty": 1}') as unknown,
    written: {
      kvlistValue: {
        values: [
          { key: '__proto__', value: { kvlistValue: { values: [{ key: 'admin', value: { boolValue: true } }] } } },
          { key: 'constructor', value: { stringValue: 'c' } },
          { key: 'hasOwnProperty', value: { intValue: '1' } },
        ],
      },
    },
  },
];
