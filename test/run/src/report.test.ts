// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';

import { add, tallyOf } from './report.ts';

const vitestReport = {
  numPassedTests: 3,
  numFailedTests: 1,
  numPendingTests: 2,
  numTodoTests: 1,
  success: false,
  testResults: [] as unknown[],
};

test('a vitest report is counted, pending and todo tests as skipped', () => {
  expect(tallyOf(JSON.stringify(vitestReport))).toEqual({ passed: 3, failed: 1, skipped: 3 });
});

test('a test file that could not be loaded is a failure, though it has no test', () => {
  const report = { ...vitestReport, numFailedTests: 0, testResults: [{ status: 'failed', assertionResults: [] }] };
  expect(tallyOf(JSON.stringify(report))).toEqual({ passed: 3, failed: 1, skipped: 3 });
});

test('a run that failed without a failed test is a failure', () => {
  expect(tallyOf(JSON.stringify({ ...vitestReport, numFailedTests: 0 })).failed).toBe(1);
});

test('a report without counts is an error, not zero failures', () => {
  expect(() => tallyOf('{}')).toThrow("the report has no count 'passed'");
  expect(() => tallyOf('[]')).toThrow();
  expect(() => tallyOf('{"passed": "3", "failed": 0, "skipped": 0}')).toThrow("'passed'");
});

test('tallies add up', () => {
  expect(add({ passed: 1, failed: 2, skipped: 3 }, tallyOf('{"passed":10,"failed":20,"skipped":30}'))).toEqual({
    passed: 11,
    failed: 22,
    skipped: 33,
  });
});
