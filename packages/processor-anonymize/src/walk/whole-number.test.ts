// SPDX-License-Identifier: Apache-2.0
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { passesLuhn } from '../detect/checksums.ts';
import { isPaymentCard } from '../detect/payment-card.ts';
import { Anonymizer } from '../index.ts';
import { canBeCard } from './whole-number.ts';

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

/** Some are beyond what a number holds exactly. */
const LARGE = fc.oneof(
  fc.maxSafeInteger(),
  fc.integer({ min: 1e11, max: Number.MAX_SAFE_INTEGER }),
  fc
    .tuple(
      fc.constantFrom('1', '1800', '4', '51', '2221', '37', '36', '6011', '62', '3528', '676770'),
      fc.nat(9),
      fc.integer({ min: 12, max: 17 }),
    )
    .chain(([prefix, last, length]) =>
      fc
        .string({
          unit: fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'),
          minLength: length,
          maxLength: length,
        })
        .map((digits) => Number(`${prefix}${digits}`.slice(0, length - 1) + String(last))),
    ),
);

describe(`whole numbers (FC_SEED=${seed})`, () => {
  it('are found to be cards as their digits are', () => {
    const anonymizer = new Anonymizer({ environment: {} });
    fc.assert(
      fc.property(LARGE, (value) => {
        const { isChanged } = anonymizer.explain({ order: value });
        expect(isChanged).toBe(anonymizer.explain({ order: String(value) }).isChanged);
        if (isPaymentCard(String(value))) expect(isChanged).toBe(true);
      }),
      { seed, numRuns: 3000 },
    );
  });

  it('can be cards only when they pass the check', () => {
    const magnitudes = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(magnitudes, fc.nat(15), (value, places) => {
        const rounded = value - (value % 10 ** places);
        for (const each of [value, rounded]) {
          const text = String(each);
          const isTime = text.startsWith('1') && (text.length === 13 || text.length === 16);
          expect(canBeCard(each)).toBe(!isTime && passesLuhn(text));
        }
      }),
      { seed, numRuns: 2000 },
    );
  });
});

describe('a large number', () => {
  const anonymizer = new Anonymizer({ environment: {} });

  it.each([4111111111111111, -4111111111111111, 378282246310005, 4222222222222, 676770000013])(
    'that is a card is found: %d',
    (card) => {
      expect(anonymizer.explain({ order: card }).entities).toEqual({ payment_card: 1 });
    },
  );

  it.each([1760000000000, 1760000000123, 4111111111111112, -4111111111111112, 2 ** 53 - 1, 2 ** 60, 1e21])(
    'that is none stays: %d',
    (value) => {
      const record = { at: value };
      expect(anonymizer.redact(record)).toBe(record);
    },
  );

  it('that is a phone where its key says so is found', () => {
    expect(anonymizer.explain({ phone: 441632960961 }).entities).toEqual({ phone: 1 });
  });

  it('that an earlier limit may have cut is looked at as the beginning of a card', () => {
    const cut = new Anonymizer({ environment: {}, attributeValueLengthLimit: 12 });
    expect(cut.explain({ order: 411111111111 }).isChanged).toBe(true);
  });
});
