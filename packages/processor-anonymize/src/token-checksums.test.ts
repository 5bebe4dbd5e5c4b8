// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';

import { Anonymizer } from './index.ts';

const anonymizer = new Anonymizer({ environment: {} });

/** Made with another CRC-32 (Python's zlib), each so that it looks like an example or a filler. */
const CHECKED = [
  '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',
  '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',
  'ghu_0000000000000000000000000000002C8GjS',
  'ghs_babbbabbbbaaababbbbaaabbbabbbb2282ib',
  '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',
  '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',
  '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',
];

/** A longer one, as GitHub announced that they may come. */
const LONG = 'ghp_EXAMPLEk3Rt9Qw2Zm7Lx5Vb1Nc8Hj4k3Rt9Qw2Zm7Lx5Vb1Nc8Hj4k3Rt9Qw2Zm7Lx5Vb1Nc8Hj43XPub4';

it.each([...CHECKED, LONG])('%s is a token, because its checksum is right', (token) => {
  expect(anonymizer.redact(token)).toBe('[VENDOR_TOKEN]');
  expect(anonymizer.redact(`remote: ${token}, push`)).toBe('remote: [VENDOR_TOKEN], push');
});

it.each(CHECKED)('%s is one with something behind it', (token) => {
  expect(anonymizer.redact(`${token}_EXAMPLE`)).toBe('[VENDOR_TOKEN]');
});

it.each([...CHECKED, LONG])('%s would be taken for a placeholder with another checksum', (token) => {
  const other = token.replace(/(.)(.)$/, '$2$1');
  expect(other).not.toBe(token);
  expect(anonymizer.redact(other)).toBe(other);
});

it('a vendor without a checksum has placeholders whatever stands at their end', () => {
  const text = 'glpat-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx13M0X2';
  expect(anonymizer.redact(text)).toBe(text);
});

it('the published one of GitHub is found, and so are those whose checksum is wrong', () => {
  const published = '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';
  for (const token of [published, published.replace(/7$/, '8'), published.replace('zQ', 'zR')])
    expect(anonymizer.redact(token)).toBe('[VENDOR_TOKEN]');
});
