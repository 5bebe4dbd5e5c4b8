// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { cleanLines } from './corpus/clean-lines.ts';
import { ENTITY_CORPORA } from './corpus/entity-corpus.ts';
import { Anonymizer, ENTITY_NAMES } from './index.ts';

const anonymizer = new Anonymizer({ environment: {} });

it('every entity but those that only a key names, or that are off, has a table', () => {
  const tables = new Set(ENTITY_CORPORA.map(({ entity }) => entity));
  expect(ENTITY_NAMES.filter((entity) => !tables.has(entity))).toEqual(['card_security_code', 'uuid']);
});

describe.each(ENTITY_CORPORA.map(({ entity, ...texts }) => [entity, texts] as const))('%s', (entity, texts) => {
  it('is found in each text of its table', () => {
    const missed = texts.positives.filter((text) => anonymizer.explain(text).entities[entity] === undefined);
    expect(missed).toEqual([]);
  });

  it('is not found in what looks like it', () => {
    const found = texts.negatives.filter((text) => anonymizer.explain(text).entities[entity] !== undefined);
    expect(found).toEqual([]);
  });

  it('is gone after one pass, and a second one changes nothing', () => {
    for (const text of texts.positives) {
      const once = anonymizer.redact(text);
      expect(anonymizer.explain(once).entities[entity]).toBeUndefined();
      expect(anonymizer.redact(once)).toBe(once);
    }
  });
});

it('in 10,000 lines of clean technical text at most one is touched', () => {
  const touched = cleanLines(10_000).filter((line) => anonymizer.redact(line) !== line);
  expect(touched.slice(1)).toEqual([]);
});
