// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { severitiesOfTable, severityOfLabel, severityOfNumber } from './severity.ts';

test.each([
  [10, 1],
  [20, 5],
  [30, 9],
  [40, 13],
  [50, 17],
  [60, 21],
])('the numeric level %i of pino and bunyan has the severity number %i', (level, severity) => {
  expect(severityOfNumber(level)).toBe(severity);
});

test('numeric levels of the application scale linearly, within 1 and 24', () => {
  expect([-5, 0, 5, 15, 25, 35, 45, 55, 65, 70, 1e9, Infinity].map((level) => severityOfNumber(level))).toEqual([
    1, 1, 1, 3, 7, 11, 15, 19, 23, 24, 24, 24,
  ]);
});

test.each([[undefined], [null], ['30'], [Number.NaN], [30n], [{}]])('%o is no numeric level', (level) => {
  expect(severityOfNumber(level)).toBeUndefined();
});

test('names are known in any case, and an unknown name has no severity', () => {
  expect(['INFO', 'Warning', 'fatal', 'audit', 'toString', 30].map((label) => severityOfLabel(label))).toEqual([
    9,
    13,
    21,
    undefined,
    undefined,
    undefined,
  ]);
});

const NPM = { error: 0, warn: 1, info: 2, http: 3, verbose: 4, debug: 5, silly: 6 };
const SYSLOG = { emerg: 0, alert: 1, crit: 2, error: 3, warning: 4, notice: 5, info: 6, debug: 7 };
const CLI = { error: 0, warn: 1, help: 2, data: 3, info: 4, debug: 5, prompt: 6, verbose: 7, input: 8, silly: 9 };

test.each([
  ['npm', NPM, { error: 17, warn: 13, info: 9, http: 7, verbose: 6, debug: 5, silly: 1 }],
  ['syslog', SYSLOG, { emerg: 21, alert: 19, crit: 18, error: 17, warning: 13, notice: 10, info: 9, debug: 5 }],
  [
    'cli',
    CLI,
    { error: 17, warn: 13, help: 11, data: 10, info: 9, debug: 5, prompt: 4, verbose: 3, input: 2, silly: 1 },
  ],
])('the %s levels of winston', (_name, levels, expected) => {
  expect(Object.fromEntries(severitiesOfTable(levels))).toEqual(expected);
});

test.each([
  [
    'between known names',
    { error: 0, security: 1, audit: 2, info: 3 },
    { error: 17, security: 14, audit: 12, info: 9 },
  ],
  ['above the most severe known name', { outage: 0, warn: 1, info: 2 }, { outage: 17, warn: 13, info: 9 }],
  ['below the least severe known name', { info: 0, noise: 1, dust: 2 }, { info: 9, noise: 5, dust: 1 }],
  ['without any known name', { red: 0, amber: 1, green: 2 }, { red: 17, amber: 9, green: 1 }],
  ['alone', { only: 0 }, { only: 17 }],
  ['ranks that are not in order', { low: 9, info: 5, error: 2 }, { error: 17, info: 9, low: 1 }],
])('names of the application, %s, never outrank what is more severe', (_where, levels, expected) => {
  expect(Object.fromEntries(severitiesOfTable(levels))).toEqual(expected);
});

test('given severity numbers take precedence, and are what unknown names lie between', () => {
  const levels = { red: 0, amber: 1, green: 2 };
  expect(Object.fromEntries(severitiesOfTable(levels, { red: 21, green: 9 }))).toEqual({
    red: 21,
    amber: 15,
    green: 9,
  });
});
