// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { cutPosition } from './cut-text.ts';

it.each([
  ['abc', 5, 3],
  ['abc', 2, 2],
  ['abc', 0, 0],
  ['abc', -1, 0],
  ['a😀b', 2, 1],
  ['a😀b', 3, 3],
  ['a\uD83Db', 2, 2],
  ['\uDE00b', 1, 1],
])('%j is cut to %i units at %i', (text, maxLength, expected) => {
  expect(cutPosition(text, maxLength)).toBe(expected);
});
