// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

/** The count of one suite. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export function add(a: Tally, b: Tally): Tally {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/**
 * The tally in a report: vitest's JSON, or our own suites' `{passed, failed, skipped}`.
 * A test file that could not be loaded has no tests in vitest's report: it counts as one failure.
 */
export function tallyOf(text: string): Tally {
  const report: unknown = JSON.parse(text);
  if (!isRecord(report)) throw new TypeError('the report is not an object');
  if ('numPassedTests' in report) {
    const passed = count(report, 'numPassedTests');
    const failed = count(report, 'numFailedTests');
    const skipped = count(report, 'numPendingTests') + count(report, 'numTodoTests');
    const unloaded = Array.isArray(report['testResults']) ? report['testResults'].filter(failedToLoad).length : 0;
    const unexplained = failed === 0 && unloaded === 0 && report['success'] === false ? 1 : 0;
    return { passed, failed: failed + unloaded + unexplained, skipped };
  }
  return { passed: count(report, 'passed'), failed: count(report, 'failed'), skipped: count(report, 'skipped') };
}

export function readTally(path: string): Tally {
  return tallyOf(readFileSync(path, 'utf8'));
}

function failedToLoad(file: unknown): boolean {
  return (
    isRecord(file) &&
    file['status'] === 'failed' &&
    Array.isArray(file['assertionResults']) &&
    file['assertionResults'].length === 0
  );
}

function count(report: Record<string, unknown>, key: string): number {
  const value = report[key];
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0)
    throw new TypeError(`the report has no count '${key}'`);
  return value;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
