// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { failureLines, failuresOf } from './failures.ts';

const ROOT = '/repository';

function linesOf(report: unknown): readonly string[] {
  return failureLines(failuresOf(JSON.stringify(report)), ROOT);
}

function failed(title: string, ...failureMessages: string[]): unknown {
  return { status: 'failed', ancestorTitles: ['', 'a queue'], title, failureMessages };
}

test('of a failed property, the file, the whole name, the seed and the counterexample are told, without foreign frames', () => {
  const message = [
    'Error: Property failed after 12 tests',
    '{ seed: -400443579, path: "0:1:1", endOnFailure: true }',
    'Counterexample: [[0]]',
    '',
    '    at buildError (file:///repository/node_modules/.pnpm/fast-check/lib/fast-check.js:2469:16)',
    '    at /repository/packages/a/src/queue.test.ts:5:8',
    '    at new Promise (<anonymous>)',
    '    at listOnTimeout (node:internal/timers:685:17)',
  ].join('\n');
  const assertionResults = [
    { status: 'passed', ancestorTitles: [''], title: 'is empty at first', failureMessages: [] },
    failed('drops the oldest', message),
  ];
  const name = '/repository/packages/a/src/queue.test.ts';
  expect(linesOf({ testResults: [{ name, status: 'failed', message: '', assertionResults }] })).toEqual([
    '✗ packages/a/src/queue.test.ts > a queue > drops the oldest',
    '    Error: Property failed after 12 tests',
    '    { seed: -400443579, path: "0:1:1", endOnFailure: true }',
    '    Counterexample: [[0]]',
    '        at /repository/packages/a/src/queue.test.ts:5:8',
  ]);
});

test('a file that could not be loaded is told, and one in which a hook threw', () => {
  const passed = { status: 'passed', ancestorTitles: [''], title: 'works', failureMessages: [] };
  expect(
    linesOf({
      testResults: [
        { name: '/repository/a.test.ts', status: 'failed', message: 'Cannot find ./b.ts', assertionResults: [] },
        { name: '/repository/b.test.ts', status: 'failed', message: 'teardown', assertionResults: [passed] },
        { name: '/repository/c.test.ts', status: 'failed', message: '', assertionResults: [] },
        { name: '/repository/d.test.ts', status: 'passed', message: '', assertionResults: [passed] },
      ],
    }),
  ).toEqual([
    '✗ a.test.ts',
    '    Cannot find ./b.ts',
    '✗ b.test.ts',
    '    teardown',
    '✗ c.test.ts',
    '    the file failed, and none of its tests',
  ]);
});

test('the failures in a report of our own are told', () => {
  const failures = [{ name: 'core on 3.x: npm install', message: 'npm error 404\n' }];
  expect(linesOf({ passed: 1, failed: 1, skipped: 0, failures })).toEqual([
    '✗ core on 3.x: npm install',
    '    npm error 404',
  ]);
  expect(linesOf({ passed: 1, failed: 1, skipped: 0 })).toEqual([]);
});

test('what is told is bounded in failures, lines and characters', () => {
  const bounds = { failures: 2, linesOfEach: 2, charactersOfLine: 5 };
  const file = '/repository/a.test.ts';
  const failures = [
    { file, name: 'one', messages: ['123456\n12345\n3', '4'] },
    { file, name: 'two', messages: [] },
    { file, name: 'three', messages: [] },
    { file, name: 'four', messages: [] },
  ];
  expect(failureLines(failures, ROOT, bounds)).toEqual([
    '✗ a.test.ts > one',
    '    12345…',
    '    12345',
    '    … 2 more lines',
    '✗ a.test.ts > two',
    '… 2 more failures',
  ]);
});
