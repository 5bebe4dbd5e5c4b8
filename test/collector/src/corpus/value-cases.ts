// SPDX-License-Identifier: Apache-2.0
import type { OtlpJsonValue } from '../collected-records.ts';

/** One value and what the Collector writes when it arrived whole. */
export interface ValueCase {
  readonly name: string;
  readonly value: unknown;
  readonly written: OtlpJsonValue;
  /** Where the official exporter is wrong: what the Collector writes then, and why that is wrong. */
  readonly official?: OfficialMistake;
}

export interface OfficialMistake {
  readonly written: OtlpJsonValue;
  readonly because: string;
}

/** Values that the SDK of both lines takes as body and as attribute. */
export const attributeValues: readonly ValueCase[] = [
  { name: 'a string', value: 'order 42 shipped', written: { stringValue: 'order 42 shipped' } },
  { name: 'an empty string', value: '', written: { stringValue: '' } },
  {
    name: 'text beyond ASCII',
    value: 'Grüße, 注文 🚚\u{10ffff}',
    written: { stringValue: 'Grüße, 注文 🚚\u{10ffff}' },
  },
  {
    name: 'control characters',
    value: 'a\r\nb\u0000c\u001b[31md\u0085e\u2028f\u202eg"\\',
    written: { stringValue: 'a\r\nb\u0000c\u001b[31md\u0085e\u2028f\u202eg"\\' },
  },
  { name: 'lone surrogates', value: 'a\ud83db\udc00', written: { stringValue: 'a\ufffdb\ufffd' } },
  { name: 'a string of 20,000 characters', value: 'é'.repeat(20_000), written: { stringValue: 'é'.repeat(20_000) } },
  { name: 'true', value: true, written: { boolValue: true } },
  { name: 'false', value: false, written: { boolValue: false } },
  { name: 'zero', value: 0, written: { intValue: '0' } },
  { name: 'a small integer', value: 200, written: { intValue: '200' } },
  { name: 'a negative integer', value: -1, written: { intValue: '-1' } },
  { name: '2^31', value: 2 ** 31, written: { intValue: '2147483648' } },
  { name: '-2^31 - 1', value: -(2 ** 31) - 1, written: { intValue: '-2147483649' } },
  { name: '2^32', value: 2 ** 32, written: { intValue: '4294967296' } },
  { name: '2^53 - 1', value: Number.MAX_SAFE_INTEGER, written: { intValue: '9007199254740991' } },
  { name: '-(2^53 - 1)', value: Number.MIN_SAFE_INTEGER, written: { intValue: '-9007199254740991' } },
  { name: '2^62', value: 2 ** 62, written: { intValue: '4611686018427387904' } },
  { name: '-2^63', value: -(2 ** 63), written: { intValue: '-9223372036854775808' } },
  { name: '2^63, beyond int64', value: 2 ** 63, written: { doubleValue: 2 ** 63 } },
  { name: 'a double', value: 0.1, written: { doubleValue: 0.1 } },
  { name: 'the smallest double', value: Number.MIN_VALUE, written: { doubleValue: Number.MIN_VALUE } },
  { name: 'the largest double', value: Number.MAX_VALUE, written: { doubleValue: Number.MAX_VALUE } },
  { name: 'NaN', value: Number.NaN, written: { doubleValue: 'NaN' } },
  { name: 'Infinity', value: Number.POSITIVE_INFINITY, written: { doubleValue: 'Infinity' } },
  { name: '-Infinity', value: Number.NEGATIVE_INFINITY, written: { doubleValue: '-Infinity' } },
  {
    name: '-0',
    value: -0,
    written: { doubleValue: -0 },
    official: { written: { intValue: '0' }, because: 'the sign is lost: int64 has no negative zero' },
  },
  { name: 'bytes', value: Uint8Array.of(0, 1, 127, 128, 255), written: { bytesValue: 'AAF/gP8=' } },
  { name: 'no bytes', value: new Uint8Array(0), written: { bytesValue: '' } },
  { name: 'a Buffer', value: Buffer.from('PNG'), written: { bytesValue: 'UE5H' } },
  { name: 'null', value: null, written: {} },
  { name: 'an empty array', value: [], written: { arrayValue: {} } },
  {
    name: 'an array of strings',
    value: ['a', '', 'c'],
    written: { arrayValue: { values: [{ stringValue: 'a' }, { stringValue: '' }, { stringValue: 'c' }] } },
  },
  {
    name: 'an array of mixed values',
    value: ['a', 1, 1.5, true, null, Uint8Array.of(1), [[]], { k: [] }],
    written: {
      arrayValue: {
        values: [
          { stringValue: 'a' },
          { intValue: '1' },
          { doubleValue: 1.5 },
          { boolValue: true },
          {},
          { bytesValue: 'AQ==' },
          { arrayValue: { values: [{ arrayValue: {} }] } },
          { kvlistValue: { values: [{ key: 'k', value: { arrayValue: {} } }] } },
        ],
      },
    },
  },
  { name: 'an empty map', value: {}, written: { kvlistValue: {} } },
  {
    name: 'nested maps',
    value: { http: { status: 503, ok: false, headers: { 'x-a': ['1', '2'] } }, '': null },
    written: {
      kvlistValue: {
        values: [
          {
            key: 'http',
            value: {
              kvlistValue: {
                values: [
                  { key: 'status', value: { intValue: '503' } },
                  { key: 'ok', value: { boolValue: false } },
                  {
                    key: 'headers',
                    value: {
                      kvlistValue: {
                        values: [
                          {
                            key: 'x-a',
                            value: { arrayValue: { values: [{ stringValue: '1' }, { stringValue: '2' }] } },
                          },
                        ],
                      },
                    },
                  },
                ],
              },
            },
          },
          // Proto3 JSON leaves an empty key out.
          { value: {} },
        ],
      },
    },
  },
  { name: 'twenty maps inside each other', ...nestedMaps(20) },
];

function nestedMaps(levels: number): Pick<ValueCase, 'value' | 'written'> {
  let value: unknown = 'innermost';
  let written: OtlpJsonValue = { stringValue: 'innermost' };
  for (let level = levels; level > 0; level--) {
    value = { [`level ${level}`]: value };
    written = { kvlistValue: { values: [{ key: `level ${level}`, value: written }] } };
  }
  return { value, written };
}
