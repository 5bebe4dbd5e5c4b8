// SPDX-License-Identifier: Apache-2.0
import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { CANARIES } from './corpus/canaries.ts';
import { Anonymizer } from './index.ts';
import { anonymized } from './test-doubles/collecting-processor.ts';

const JWT = CANARIES.find(({ entity }) => entity === 'jwt')?.value ?? '';

describe('a text that the SDK has cut', () => {
  it.each([
    ['a card number', 'paid with 4111 1111 11', 'paid with [PAYMENT_CARD]'],
    ['a card number without spaces', 'paid with 41111111', 'paid with [PAYMENT_CARD]'],
    ['an IBAN', 'to DE89 3704 0044', 'to [IBAN]'],
    ['an address', 'mail jane.doe@examp', 'mail [EMAIL]'],
    ['a token in its header', `x ${JWT.slice(0, 24)}`, 'x [JWT]'],
    ['a token in its claims', `x ${JWT.slice(0, 50)}`, 'x [JWT]'],
    ['a key block', 'k -----BEGIN RSA PRIVATE KEY-----\nMIIEow', 'k [PRIVATE_KEY]'],
    ['the first line of a key block', 'k -----BEGIN RSA PRI', 'k [PRIVATE_KEY]'],
    ['a token of a vendor', 'k ghp_16C7e42F29', 'k [VENDOR_TOKEN]'],
    ['credentials of a URL', 'to postgres://bob:hunt', 'to postgres://[URL_CREDENTIALS]'],
    ['a quoted secret', '{"password": "hunt', '{"password": "[SECRET]'],
    ['an encoded address', 'x jane%40examp', 'x [EMAIL]'],
  ])('in the middle of %s keeps nothing of it', (_name, text, expected) => {
    const limit = { attributeValueLengthLimit: text.length };
    expect(anonymized(testRecord({ attributes: { note: text } }), limit).record.attributes).toEqual({ note: expected });
    const environment = { OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: String(text.length) };
    expect(anonymized(testRecord({ attributes: { note: text } }), { environment }).record.attributes).toEqual({
      note: expected,
    });
  });

  it('is told from one that ends there by its length alone', () => {
    const anonymizer = new Anonymizer({ environment: {}, attributeValueLengthLimit: 50 });
    expect(anonymizer.redact('paid with 4111 1111 11')).toBe('paid with 4111 1111 11');
  });
});

it('a key that holds something is counted each time', () => {
  const { processor } = anonymized(testRecord({ attributes: { 'jane@example.com': 1 } }));
  processor.onEmit(testRecord({ attributes: { 'jane@example.com': 1 } }) as Parameters<typeof processor.onEmit>[0]);
  expect(processor.stats()).toMatchObject({ changedRecords: 2, byEntity: { email: 2 }, byPlace: { key: 2 } });
});
