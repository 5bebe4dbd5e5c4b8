// SPDX-License-Identifier: Apache-2.0
import { inspect } from 'node:util';

import { testRecord } from '@logferry/core/testing';
import { randomRuns, SEED } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { CANARIES } from './corpus/canaries.ts';
import { ENCODINGS } from './corpus/encodings.ts';
import { Anonymizer, type PresetName, PRESETS } from './index.ts';
import { anonymized } from './test-doubles/collecting-processor.ts';

/** Texts with something in them, and texts without. */
const TEXTS = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: 'binary' }),
  fc
    .tuple(fc.constantFrom(...CANARIES), fc.constantFrom(...Object.keys(ENCODINGS)), fc.string(), fc.string())
    .map(
      ([{ value, before = '', after = '' }, encoding, left, right]) =>
        `${left} ${ENCODINGS[encoding]?.(`${before}${value}${after}`)} ${right}`,
    ),
);

const VALUES = fc.anything({
  values: [
    TEXTS,
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.bigInt(),
    fc.constant(null),
    fc.constant(4111111111111111),
  ],
  key: fc.oneof(
    TEXTS,
    fc.constantFrom('password', 'user', 'token', 'lat', 'name', 'value', '__proto__', 'constructor'),
  ),
  withMap: true,
  withSet: true,
  withDate: true,
  withTypedArray: true,
  withSparseArray: true,
  withNullPrototype: true,
  withBoxedValues: true,
  withObjectString: true,
  maxDepth: 4,
});

const show = (value: unknown): string => inspect(value, { depth: 40, maxStringLength: null, maxArrayLength: null });

describe(`any value (FC_SEED=${SEED})`, () => {
  it.each(Object.keys(PRESETS) as PresetName[])(
    'is redacted by %s without an error, and a second pass changes nothing',
    (policy) => {
      const anonymizer = new Anonymizer({ policy, environment: {} });
      fc.assert(
        fc.property(VALUES, (value) => {
          const before = show(value);
          const { value: once } = anonymizer.explain(value);
          expect(show(value)).toBe(before);
          expect(show(once)).not.toContain('[REDACTION_ERROR]');
          expect(show(anonymizer.redact(once))).toBe(show(once));
        }),
        randomRuns(400),
      );
      expect(Object.keys({})).toEqual([]);
    },
  );

  it('of letters and small numbers alone is handed on as the object that it is', () => {
    const word = fc.string({ unit: fc.constantFrom('r', 'u', 'n', 'x', ' ', '.') });
    const clean = fc.object({
      key: fc.string({ unit: fc.constantFrom('r', 'u', 'x'), minLength: 1 }),
      values: [word, fc.nat(9999), fc.boolean(), fc.constant(null)],
      maxDepth: 4,
    });
    fc.assert(
      fc.property(clean, clean, (body, attributes) => {
        const record = testRecord({ body, attributes });
        expect(anonymized(record).record).toBe(record);
      }),
      randomRuns(400),
    );
  });
});
