// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';

import { Anonymizer } from './index.ts';

it('a UUID whose first groups pass the check of an IBAN is none', () => {
  const anonymizer = new Anonymizer({ environment: {} });
  // BE, and 16 characters with the right remainder.
  const text = 'request be34b01f-bb7c-4670-a83c-725a49a73fad completed';
  expect(anonymizer.redact(text)).toBe(text);
  expect(anonymizer.redact('paid from BE68 5390 0754 7034')).toBe('paid from [IBAN]');
});
