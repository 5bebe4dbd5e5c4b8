// SPDX-License-Identifier: Apache-2.0
import { escapeUnsafeCharacters } from '@logferry/core';
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteArena } from './byte-arena.ts';
import { writeText } from './json-text.ts';

function written(text: string): string {
  const arena = new ByteArena(0);
  const end = writeText(arena, 0, text);
  return arena.bytes.toString('utf8', 0, end);
}

/** Every code unit alone, at the start and behind enough text that the native writer takes it. */
const EVERY_UNIT = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
const LONG = 'the order was priced and stored '.repeat(4);

describe('text inside a JSON string', () => {
  it('reads back as it was, for every UTF-16 unit in a short and in a long text', () => {
    const wrong = EVERY_UNIT.filter((unit) =>
      [unit, `${unit}a`, `${LONG}${unit}`, `${LONG}${unit}é${LONG}`].some(
        (text) => JSON.parse(`"${written(text)}"`) !== text.toWellFormed(),
      ),
    );
    expect(wrong).toEqual([]);
  });

  it('holds nothing that breaks a line, commands a terminal, or reorders or hides text', () => {
    const tags = Array.from({ length: 0x100 }, (_, index) => String.fromCodePoint(0xe0000 + index));
    const unsafe = [...EVERY_UNIT, ...tags].filter((unit) => {
      const text = written(`${LONG}${unit}é`);
      return escapeUnsafeCharacters(text) !== text;
    });
    expect(unsafe).toEqual([]);
  });

  it('escapes no character that is safe', () => {
    const wrong = EVERY_UNIT.filter((unit) => {
      const isEscaped = written(`${unit}é`).startsWith('\\');
      return isEscaped !== (unit === '"' || unit === '\\' || escapeUnsafeCharacters(unit) !== unit);
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ['a "quoted" C:\\path', String.raw`a \"quoted\" C:\\path`],
    ['\b\t\n\f\r\0\u001b\u007f', String.raw`\b\t\n\f\r\u0000\u001b\u007f`],
    ['\u0085\u2028\u202e\ufeff', String.raw`\u0085\u2028\u202e\ufeff`],
    ['\u{e0041}', String.raw`\udb40\udc41`],
    ['naïve 漢字 😀', 'naïve 漢字 😀'],
    ['\ud800', '\ufffd'],
    ['😀'.slice(1), '\ufffd'],
  ])('%j is written %s', (text, expected) => {
    expect(written(text)).toBe(expected);
  });

  it.each(['"', '\u0001', '\u2028', '漢', '😀', 'x😀', '\ud800'])(
    'keeps %j when it is repeated to a text of 50,000',
    (unit) => {
      const text = unit.repeat(50_000);
      expect(JSON.parse(`"${written(text)}"`)).toBe(text.toWellFormed());
    },
  );

  it('reads back as it was, for any text', () => {
    const unit = fc.oneof(
      { weight: 6, arbitrary: fc.string() },
      { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
      fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
      fc.constantFrom('"', '\\', '\n', '\u2028', '\u{e0020}', '😀', 'a'.repeat(100)),
    );
    fc.assert(
      fc.property(fc.array(unit), (parts) => {
        const text = parts.join('');
        expect(JSON.parse(`"${written(text)}"`)).toBe(text.toWellFormed());
      }),
      { ...randomRuns(5000), verbose: fc.VerbosityLevel.Verbose },
    );
  });
});
