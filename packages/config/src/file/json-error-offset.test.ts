// SPDX-License-Identifier: Apache-2.0
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { jsonErrorOffset } from './json-error-offset.ts';

test.each([
  ['{"a": 1,}', 8],
  ['[1, 2,]', 6],
  ['[,]', 1],
  ['{,}', 1],
  ['{"a" 1}', 5],
  ['{"a": }', 6],
  ['{a: 1}', 1],
  ["{'a': 1}", 1],
  ['{"a": 1} x', 9],
  ['{"a": [1, {"b": 2}', 18],
  ['[1}', 2],
  ['"\\x"', 0],
  ['["a\nb"]', 1],
  ['01', 1],
  ['1.', 1],
  ['[1 /* one */]', 3],
  ['# nothing\n{}', 0],
  ['', 0],
  [' ', 1],
])('%j stops being JSON at %i', (text, offset) => {
  expect(jsonErrorOffset(text)).toBe(offset);
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('it takes what JSON.parse takes, and up to the offset every text can go on to be JSON', () => {
  const characters = fc.constantFrom(...Array.from('[]{}:,"\\un01-+.eE trlfas\n\u0001é'));
  const near = fc.tuple(fc.json(), fc.nat(), characters).map(([json, at, character]) => {
    const index = at % (json.length + 1);
    return json.slice(0, index) + character + json.slice(index + 1);
  });
  const texts = fc.oneof(fc.string({ unit: characters, maxLength: 12 }), near, fc.json());
  fc.assert(
    fc.property(texts, (text) => {
      const offset = jsonErrorOffset(text);
      expect(offset === undefined).toBe(isJson(text));
      // What stands before is the beginning of JSON: with nothing behind it, it ends too early.
      if (offset !== undefined) expect(jsonErrorOffset(text.slice(0, offset)) ?? offset).toBe(offset);
    }),
    randomRuns(2000),
  );
});

test('a long text takes time that grows with its length alone, also inside of a text', () => {
  const long = 'x'.repeat(1_000_000);
  expect(jsonErrorOffset(`{"a": "${long}`)).toBe(6);
  expect(jsonErrorOffset(`{"a": "${'\\n'.repeat(100_000)}", }`)).toBe(200_010);
  expect(jsonErrorOffset('['.repeat(1_000_000))).toBe(1_000_000);
});
