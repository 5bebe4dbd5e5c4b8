// SPDX-License-Identifier: Apache-2.0

/**
 * What failed, from the reports: in a log of many packages at once, the name of a failed test and the seed of a property
 * are far from the end.
 */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';

/** A failed test, or a file of tests that failed as a whole. */
export interface Failure {
  /** The file, where the report names one. */
  readonly file?: string;
  readonly name?: string;
  readonly messages: readonly string[];
}

/** How much is said of what failed; the log has all. */
interface FailureBounds {
  readonly failures: number;
  readonly linesOfEach: number;
  readonly charactersOfLine: number;
}

const FAILURE_BOUNDS: FailureBounds = { failures: 20, linesOfEach: 30, charactersOfLine: 500 };

/** Frames of a stack that are not in our own files. */
const FOREIGN_FRAME = /^\s+at .*(?:[\\/]node_modules[\\/]|\(?node:|<anonymous>|\bnative\b)/;

/**
 * The failures in a report: vitest's JSON, or `failures: [{name, message}]` beside the counts of a suite of our own.
 * A file counts as one failure where it failed though none of its tests did: it could not be loaded, or a hook threw.
 */
export function failuresOf(text: string): readonly Failure[] {
  const report: unknown = JSON.parse(text);
  if (!isRecord(report)) return [];
  const own = records(report['failures']).map(({ name, message }) => ({
    ...(typeof name === 'string' && { name }),
    messages: strings([message]),
  }));
  return [...own, ...records(report['testResults']).flatMap(failuresOfFile)];
}

export function readFailures(paths: readonly string[]): readonly Failure[] {
  return paths.flatMap((path) => failuresOf(readFileSync(path, 'utf8')));
}

/** The lines that tell of failures: file and name of each, then the first lines of its messages. */
export function failureLines(
  failures: readonly Failure[],
  root: string,
  bounds: FailureBounds = FAILURE_BOUNDS,
): readonly string[] {
  const lines = failures.slice(0, bounds.failures).flatMap((failure) => {
    const place = [failure.file === undefined ? undefined : relative(root, failure.file), failure.name];
    const all = failure.messages.flatMap(messageLines);
    const shown = all.slice(0, bounds.linesOfEach).map((line) => `    ${shortened(line, bounds.charactersOfLine)}`);
    if (all.length > shown.length) shown.push(`    … ${all.length - shown.length} more lines`);
    return [`✗ ${place.filter((part) => part !== undefined).join(' > ')}`, ...shown];
  });
  const left = failures.length - bounds.failures;
  return left > 0 ? [...lines, `… ${left} more failures`] : lines;
}

function failuresOfFile(file: Record<string, unknown>): readonly Failure[] {
  const place = typeof file['name'] === 'string' ? { file: file['name'] } : {};
  const tests = records(file['assertionResults'])
    .filter(({ status }) => status === 'failed')
    .map((test) => ({
      ...place,
      name: strings([...list(test['ancestorTitles']), test['title']])
        .filter((title) => title !== '')
        .join(' > '),
      messages: strings(list(test['failureMessages'])),
    }));
  const message = strings([file['message']]).filter((text) => text !== '');
  if (message.length === 0 && (tests.length > 0 || file['status'] !== 'failed')) return tests;
  return [...tests, { ...place, messages: message.length > 0 ? message : ['the file failed, and none of its tests'] }];
}

function messageLines(message: string): readonly string[] {
  return message
    .trimEnd()
    .split('\n')
    .filter((line) => line.trim() !== '' && !FOREIGN_FRAME.test(line));
}

function shortened(line: string, most: number): string {
  return line.length > most ? `${line.slice(0, most)}…` : line;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function records(value: unknown): readonly Record<string, unknown>[] {
  return list(value).filter(isRecord);
}

function strings(values: readonly unknown[]): readonly string[] {
  return values.filter((value) => typeof value === 'string');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
