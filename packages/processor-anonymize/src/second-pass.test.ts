// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { Anonymizer, ENTITY_NAMES, extendPolicy, KeyRing, type Operator, PRESETS } from './index.ts';
import { testKey } from './test-doubles/test-key.ts';

const NUMBER = '2125550134';

it.each([
  [
    'a label behind a number, of which the search for context words sees half',
    `${NUMBER}${' '.repeat(18)}+4930901820344`,
  ],
  [
    'a label before a number, of which the search for context words sees half',
    `+4930901820344${' '.repeat(42)}${NUMBER}`,
  ],
  ['a word that comes near because a label is short', `call +4930901820344${' '.repeat(33)}${NUMBER}`],
  ['a word behind that comes near because a label is short', `${NUMBER} +4930901820344${' '.repeat(8)}call`],
])('a second pass finds no more than the first beside %s', (_, text) => {
  const anonymizer = new Anonymizer({ policy: 'gdpr', environment: {} });
  const once = anonymizer.redact(text);
  expect(once).toBe(text.replace('+4930901820344', '[PHONE]'));
  expect(anonymizer.redact(once)).toBe(once);
});

it('words between a number and a label announce the number', () => {
  const anonymizer = new Anonymizer({ policy: 'gdpr', environment: {} });
  expect(anonymizer.redact(`[EMAIL] phone ${NUMBER} [EMAIL]`)).toBe('[EMAIL] phone [PHONE] [EMAIL]');
  expect(anonymizer.redact(`[EMAIL] ${NUMBER} phone [EMAIL]`)).toBe('[EMAIL] [PHONE] phone [EMAIL]');
});

describe.each<Operator>([{ kind: 'pseudonym' }, { kind: 'hash' }])('a token of the operator $kind', (operator) => {
  const entities = Object.fromEntries(ENTITY_NAMES.map((name) => [name, { operator, reason: 'test' }]));
  const anonymizer = new Anonymizer({
    environment: {},
    policy: extendPolicy(PRESETS.default, { entities }),
    keys: new KeyRing([{ id: 'a', key: testKey(1) }]),
  });
  const tokenOf = (text: string): string => String(anonymizer.redact(text));

  it.each([
    ['announces no number', '+4930901820344', ` ${NUMBER}`],
    ['is a whole one where a colon stands behind it', '078-05-1120', ': 7'],
    ['is a whole one at the end of a sentence', '078-05-1120', '.'],
    ['is a whole one beside a hyphen', '078-05-1120', '-x'],
    ['is no key of a value behind it', 'ghp_16C7e42F292c6912E7710c838347Ae178B4a', '%'],
  ])('%s', (_, value, behind) => {
    const text = `${value}${behind}`;
    const once = tokenOf(text);
    expect(once).toBe(`${tokenOf(value)}${behind}`);
    expect(anonymizer.redact(once)).toBe(once);
    expect(anonymizer.redact(`.${once}`)).toBe(`.${once}`);
  });

  it('says as a key nothing about what lies below it', () => {
    const once = anonymizer.redact({ '078-05-1120': 5, '+4930901820344': { number: NUMBER } });
    expect(once).toEqual({ [tokenOf('078-05-1120')]: 5, [tokenOf('+4930901820344')]: { number: NUMBER } });
    expect(anonymizer.redact(once)).toEqual(once);
  });

  it('is redacted with what a key names, as a part of it', () => {
    const email = tokenOf('jane@example.com');
    const other = tokenOf('john@example.com');
    const redacted = anonymizer.redact(`password="of ${email}"`);
    expect(redacted).not.toContain(email);
    expect(redacted).not.toBe(anonymizer.redact(`password="of ${other}"`));
  });
});

it.each([
  'Password:\nLast login',
  'pin:\t1',
  'pin:\tnull',
  'password:\r\nhunter2',
  'password="it\'s \\"me\\"',
  'token="a\\\\b" c',
])('JSON that holds %j stays JSON, also as a text in JSON, and in a second pass', (message) => {
  const anonymizer = new Anonymizer({ environment: {} });
  for (const text of [JSON.stringify({ message }), JSON.stringify([JSON.stringify({ message })])]) {
    const once = String(anonymizer.redact(text));
    expect(() => JSON.parse(once) as unknown).not.toThrow();
    expect(anonymizer.redact(once)).toBe(once);
    const beside = String(anonymizer.redact(`x ${text}`));
    expect(beside.slice(0, 2)).toBe('x ');
    expect(() => JSON.parse(beside.slice(2)) as unknown).not.toThrow();
  }
});

it('a quoted value goes on behind an escaped quote, however often it is escaped', () => {
  const anonymizer = new Anonymizer({ environment: {} });
  let text = JSON.stringify({ password: 'one"two', user: 'x' });
  let expected = JSON.stringify({ password: '[SECRET]', user: 'x' });
  for (let depth = 0; depth < 4; depth += 1) {
    expect(anonymizer.redact(`said ${text}`)).toBe(`said ${expected}`);
    text = JSON.stringify({ text });
    expected = JSON.stringify({ text: expected });
  }
});
