// SPDX-License-Identifier: Apache-2.0
import { randomRuns, SEED } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CANARIES } from './corpus/canaries.ts';
import { Anonymizer, type AnonymizerOptions, extendPolicy, KeyRing, PRESETS } from './index.ts';
import { testKey } from './test-doubles/test-key.ts';

/** Mostly plain ones: one that is not makes the whole text be parsed. */
const KEYS = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      'id',
      'level',
      'msg',
      'time',
      'user',
      'order',
      'tags',
      'trace_id',
      'http.route',
      'durationMs',
      '7',
      '',
      'note',
      'req',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'password',
      'apiKey',
      'session',
      'token',
      'key',
      'name',
      'value',
      'card',
      'cvv',
      'phone',
      'lat',
      'lon',
      'ssn',
      '__proto__',
      'jane@example.com',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);

/** Values as logs have them, and some that hold something by themselves, with their key, at the end of a text, or as no text. */
const SCALARS = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom<unknown>(
      '',
      'ok',
      'a b',
      'eu-west-1',
      'an order was accepted',
      'ünï',
      '注文',
      '2e14be33ed589b609f00f5eedcc393f6',
      0,
      -1,
      1.5,
      42,
      99_999_999_999,
      100_000_000_000,
      1_700_000_000_000,
      true,
      false,
      null,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom<unknown>(
      '-p',
      '--token',
      'Authorization',
      'Cookie',
      '[1]',
      '{"a":1}',
      'ghp_16C7e42F292c',
      'AKIAIOSFODNN7',
      '[EMAIL]',
      'email:a:0123456789abcdefghijkl',
      'C:\\data',
      'a"b',
      '\n',
      '%40',
      'a'.repeat(40),
      'sk_live_4eC39HqLyj',
      1e21,
      1e-7,
      4111111111111111,
      4.111111111111111e15,
      5_500_005_555_555_559,
      2125550134,
      123456789,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.oneof(
      fc.constantFrom(...CANARIES).map(({ value, before = '', after = '' }) => `x ${before}${value}${after} y`),
      fc.string({ maxLength: 12 }),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
    ),
  },
);

const { members } = fc.letrec<{ members: Record<string, unknown>; value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, SCALARS, SCALARS, tie('members'), fc.array(tie('value'), { maxLength: 4 })),
  members: fc.dictionary(KEYS, tie('value'), { maxKeys: 5 }),
}));

const pathRules = extendPolicy(PRESETS.default, {
  paths: [
    { path: 'user', operator: { kind: 'redact' }, reason: 'test' },
    { path: 'req.*', operator: { kind: 'drop' }, reason: 'test' },
    { path: 'tags[1]', operator: { kind: 'redact' }, reason: 'test' },
  ],
});

const OPTIONS: Readonly<Record<string, AnonymizerOptions>> = {
  default: {},
  gdpr: { policy: 'gdpr' },
  'rules by path': { policy: pathRules },
  'an allow-list': { policy: extendPolicy(PRESETS.default, { allow: { paths: ['order', 'msg', 'tags'] } }) },
  tokens: { policy: 'gdpr', keys: new KeyRing([{ id: 'a', key: testKey(1) }]) },
  'few values': { maxRecordValues: 16 },
};

// A key of more than 64 units makes a text be parsed, and one of spaces says nothing: both are otherwise the same.
const SHORT = ' '.repeat(64);
const LONG = ' '.repeat(65);

function textOf(key: string, value: object): string {
  const rest = JSON.stringify(value).slice(1);
  return rest === '}' ? `{"${key}":0}` : `{"${key}":0,${rest}`;
}

describe(`a text that is JSON (FC_SEED=${SEED})`, () => {
  it.each(Object.entries(OPTIONS))(
    'becomes the same where it is read in place and where it is parsed: %s',
    (_, options) => {
      let inPlace = new Anonymizer({ ...options, environment: {} });
      let byParser = new Anonymizer({ ...options, environment: {} });
      const keys = [undefined, 'msg', 'note'];
      fc.assert(
        fc.property(members, fc.nat(2), (value, keyIndex) => {
          const key = keys[keyIndex];
          if (options.maxRecordValues !== undefined) {
            // What is known costs no budget, and the two forget at different times.
            inPlace = new Anonymizer({ ...options, environment: {} });
            byParser = new Anonymizer({ ...options, environment: {} });
          }
          const wanted = byParser.redact(textOf(LONG, value), key);
          expect(inPlace.redact(textOf(SHORT, value), key)).toBe(
            typeof wanted === 'string' ? wanted.replace(LONG, SHORT) : wanted,
          );
        }),
        randomRuns(2000),
      );
    },
  );

  it('takes its values from what the record may have, wherever it is read', () => {
    for (const key of [SHORT, LONG]) {
      const anonymizer = new Anonymizer({ environment: {}, maxRecordValues: 16 });
      const text = `{"${key}":0,"a":[1,2,3,4,5,6,7,8,9,10,11,12]}`;
      expect(anonymizer.redact([text, 'x', 'y'])).toEqual([text, 'x', '[REDACTED:BUDGET]']);
    }
  });

  it.each([
    ['{"n":4.111111111111111e15}', '{"n":"[PAYMENT_CARD]"}'],
    ['{"token":{"a":7}}', '{"token":{"a":"[SECRET]"}}'],
    ['{"a":[{"token":{"b":[7]}}]}', '{"a":[{"token":{"b":["[SECRET]"]}}]}'],
    ['{"a":["Cookie","x y z"]}', '{"a":["Cookie","[SECRET]"]}'],
    ['{"a":1,"a":{"name":"ok"}}', '{"a":1,"a":{"name":"ok"}}'],
    ['{"a":1} {"token":{"a":7}}', '{"a":1} {"token":{"a":7}}'],
    ['{"a":1,}', '{"a":1,}'],
  ])('%s becomes %s, the first time and again', (text, wanted) => {
    const anonymizer = new Anonymizer({ environment: {} });
    expect([anonymizer.redact(text), anonymizer.redact(text)]).toEqual([wanted, wanted]);
  });
});
