// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';

import { TextScanner } from './detect/text-scanner.ts';
import { Anonymizer, ENTITY_NAMES } from './index.ts';
import { DEFAULT_SENSITIVE_WORDS, SensitiveWords } from './sensitive-words.ts';

/** Pieces that make careless patterns slow when they are repeated. */
const PIECES: readonly string[] = [
  'a',
  '1',
  ' ',
  '-',
  '@',
  ':',
  '=',
  '%',
  '\\',
  '+',
  '(',
  '/',
  '"',
  '{',
  '[',
  '1 ',
  '1-',
  '1.',
  'a.',
  'a@',
  '@a',
  'a@a.',
  '\u001B[',
  '\u001B[31m1',
  '1:',
  'a:',
  '::',
  'a=',
  'password=',
  'password=REDACTED',
  'password="',
  'password=<',
  'cookie: ',
  '-----BEGIN ',
  '-----BEGIN PRIVATE KEY-----',
  '-----',
  'ey',
  'eyJhbGciOiJIUzI1NiJ9.',
  'ghp_',
  'SG.',
  'hvs.',
  'AKIA',
  'sk-',
  'bearer ',
  'Basic a',
  '://',
  'a://b@',
  '%40',
  '%2525',
  '\\u0040',
  '\\\\',
  '\\"',
  '&#64;',
  'aA1/',
  'YWFh',
  'YWFh/',
  '4111 ',
  '4111-',
  '4111 1111 1111 1111 ',
  '+49 ',
  '+1 (',
  '0x',
  'bc1q',
  '１',
  '\u200b',
  'a\u0301',
  '\u{1d7d8}',
  'DE89 ',
  '1.2.3.',
  '52.520008, ',
  '--token ',
  'phone 555 ',
  '00:1a:',
  '00-1a-',
  '[[',
  '{"a":',
  '{"a":1},',
  '中',
  'é',
];

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
  it.each(PIECES)(
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
