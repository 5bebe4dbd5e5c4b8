// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';

import { Anonymizer } from './index.ts';

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
