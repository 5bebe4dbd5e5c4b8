// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { CANARIES } from './corpus/canaries.ts';
import { Anonymizer } from './index.ts';

/** Texts are read in blocks of so many units. */
const BLOCK_UNITS = 4096;

const anonymizer = new Anonymizer({ environment: {} });

function filler(length: number): string {
  return 'some words '.repeat(Math.ceil(length / 11)).slice(0, length);
}

describe.each(CANARIES)('$entity', ({ value, before = '', after = '' }) => {
  it('is found wherever it lies across the border of two blocks', () => {
    const planted = `${before}${value}${after}`;
    for (let part = 0; part <= planted.length; part += 1) {
      const text = `${filler(BLOCK_UNITS - part - 1)} ${planted} ${filler(50)}`;
      expect(anonymizer.redact(text), `${part} units before the border`).not.toContain(value);
    }
  });
});

it('a token that is longer than a block is found as a whole', () => {
  const payload = 'bG9uZyBwYXlsb2Fk'.repeat(1000);
  const token = `eyJhbGciOiJIUzI1NiJ9.${payload}.dozjgNryP4J3jVmNHl0w5NXgL0n3I9PlFUP0THsR8U`;
  expect(anonymizer.redact(`got ${token} here`)).toBe('got [JWT] here');
  const long = `ghp_${'16C7e42F292c6912E7710c838347Ae178B4a'.repeat(300)}`;
  // Behind a letter it is no token, also where a block begins between the two.
  const joined = `${filler(BLOCK_UNITS - 3)}${long} here`;
  expect(anonymizer.redact(joined)).toBe(joined);
  expect(anonymizer.redact(`${filler(BLOCK_UNITS - 3)} ${long} here`)).toBe(
    `${filler(BLOCK_UNITS - 3)} [VENDOR_TOKEN] here`,
  );
});
