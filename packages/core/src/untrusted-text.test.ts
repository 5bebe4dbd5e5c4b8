// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { escapeUnsafeCharacters, sanitizeUntrustedText } from './index.ts';

test('line breaks, terminal escapes, C1 and bidirectional controls are escaped', () => {
  expect(sanitizeUntrustedText('a\r\nFATAL forged\u001b[2J\u0085\u009b\u2028\u202eevil\ufeff')).toBe(
    'a\\u{d}\\u{a}FATAL forged\\u{1b}[2J\\u{85}\\u{9b}\\u{2028}\\u{202e}evil\\u{feff}',
  );
});

test('long text is cut, never in the middle of a surrogate pair', () => {
  expect(sanitizeUntrustedText('x'.repeat(300))).toBe(`${'x'.repeat(256)}…`);
  expect(sanitizeUntrustedText(`ab😀`, 3)).toBe('ab\ufffd…');
});

test('ordinary text stays as it is', () => {
  expect(sanitizeUntrustedText('Größe: 3 µs – 日本 😀')).toBe('Größe: 3 µs – 日本 😀');
});

test('invisible characters are escaped too: soft hyphen, zero width, tags', () => {
  expect(sanitizeUntrustedText('a\u00adb\u200bc\u180ed\u{e0041}e')).toBe('a\\u{ad}b\\u{200b}c\\u{180e}d\\u{e0041}e');
});

test('a format may bring its own escapes', () => {
  expect(escapeUnsafeCharacters('a\nb\u{e0041}', (character) => `<${character.length}>`)).toBe('a<1>b<2>');
});
