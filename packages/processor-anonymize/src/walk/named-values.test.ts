// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';

import { Anonymizer } from '../index.ts';

const anonymizer = new Anonymizer({ environment: {} });

it.each<[string, unknown, unknown]>([
  [
    'arguments of a command',
    ['node', '--token', 'tok-77', '--port', '80', '--db-password=x1'],
    ['node', '--token', '[SECRET]', '--port', '80', '--db-password=[SECRET]'],
  ],
  [
    'raw headers',
    ['Accept', '*/*', 'Authorization', 'tok-77', 'Cookie', 'a=b'],
    ['Accept', '*/*', 'Authorization', '[SECRET]', 'Cookie', '[SECRET]'],
  ],
  [
    'pairs',
    [
      ['cookie', 'a=b'],
      ['host', 'x'],
    ],
    [
      ['cookie', '[SECRET]'],
      ['host', 'x'],
    ],
  ],
  [
    'names beside values',
    [
      { name: 'password', value: 'x1' },
      { name: 'color', value: 'red' },
    ],
    [
      { name: 'password', value: '[SECRET]' },
      { name: 'color', value: 'red' },
    ],
  ],
  [
    'a map with keys that are objects',
    new Map<unknown, unknown>([
      [{}, 1],
      ['set-cookie', 'a=b'],
    ]),
    [
      [{}, 1],
      ['set-cookie', '[SECRET]'],
    ],
  ],
  ['a list of words', ['password', 'email'], ['password', 'email']],
])('in %s a value is told by the name beside it', (_name, value, expected) => {
  expect(anonymizer.redact(value)).toEqual(expected);
});

it('a name that throws hides its value', () => {
  const throwing = Object.defineProperty({ value: 'x1' }, 'name', {
    enumerable: true,
    get: () => {
      throw new Error('no');
    },
  });
  expect(anonymizer.redact(throwing)).toEqual({ value: '[SECRET]', name: '[REDACTION_ERROR]' });
});
