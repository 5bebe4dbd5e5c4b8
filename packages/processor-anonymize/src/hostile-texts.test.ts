// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { HOSTILE_PIECES } from './corpus/hostile-pieces.ts';
import { TextScanner } from './detect/text-scanner.ts';
import { Anonymizer, ENTITY_NAMES } from './index.ts';
import { DEFAULT_SENSITIVE_WORDS, SensitiveWords } from './sensitive-words.ts';

const LENGTH = 100_000;

function scanner(): TextScanner {
  return new TextScanner({
    entities: new Set<string>(ENTITY_NAMES),
    words: new SensitiveWords(DEFAULT_SENSITIVE_WORDS),
    ipRanges: {},
    detectors: [],
  });
}

describe('a hostile text', () => {
  it.each(HOSTILE_PIECES)(
    'of many %j is read a fixed number of times',
    (piece) => {
      const reads = [LENGTH / 4, LENGTH].map((length) => {
        const text = piece.repeat(Math.ceil(length / piece.length));
        const one = scanner();
        one.find(text, new Set(['phone', 'gps']), true);
        return one.unitsRead / text.length;
      });
      expect(Math.max(...reads)).toBeLessThan(10);
      expect(Math.abs((reads[0] ?? 0) - (reads[1] ?? 0))).toBeLessThan(1);
    },
    10_000,
  );

  it('of 10 MB ends, within the budget of a record', () => {
    const anonymizer = new Anonymizer({ environment: {}, maxRecordUnits: 50_000_000 });
    for (const piece of ['a@a.', 'password=x&', 'YWFh/']) {
      const text = piece.repeat(Math.ceil(10_000_000 / piece.length));
      expect(typeof anonymizer.redact(text)).toBe('string');
    }
    expect(String(new Anonymizer({ environment: {} }).redact('word '.repeat(2_000_000)))).toHaveLength(
      1_000_000 + '[REDACTED:BUDGET]'.length,
    );
  }, 120_000);

  it('that is wrapped more often than is looked is redacted whole', () => {
    let text = 'jane@example.com';
    for (let layer = 0; layer < 12; layer += 1) text = encodeURIComponent(`${text}%`);
    expect(new Anonymizer({ environment: {} }).redact(text)).toBe('[REDACTED:DEPTH]');
  });
});
