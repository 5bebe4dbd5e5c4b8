// SPDX-License-Identifier: Apache-2.0
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { check } from './check.ts';
import { paintFor, shown } from './paint.ts';

test('on a terminal what is wrong is red, what is right is green, and names are strong', async () => {
  // Below a file no directory can be made, whoever asks.
  const path = `${fileURLToPath(import.meta.url)}/app.jsonl`;
  const lines: string[] = [];
  const isRight = await check(
    { environment: { LOGFERRY_FILE: path } },
    { paint: paintFor(true), isConnecting: false, nowMillis: Date.now(), write: (line) => lines.push(line) },
  );
  expect(isRight).toBe(false);
  expect(lines.slice(0, 4)).toEqual([
    '',
    '\u001b[1mdestination rotating-file\u001b[22m',
    `  \u001b[2mexporter    \u001b[22m rotating-file to ${path}`,
    `\u001b[31m✗\u001b[39m \u001b[2mfile        \u001b[22m \u001b[31mthe directory ${dirname(path)} is not writable: ENOTDIR\u001b[39m`,
  ]);
  expect(lines.at(-1)).toBe('\u001b[31mthe environment can not run as it is\u001b[39m');
});

test('what is shown commands no terminal, and shows no credentials of a URL', () => {
  expect(shown('a\u001b[31mb')).toBe('a\\u{1b}[31mb');
  expect(shown('https://user:password@host/path?key=1')).toBe('https://…@host/path?…');
  expect(shown('/var/log/what?.jsonl')).toBe('/var/log/what?.jsonl');
});
