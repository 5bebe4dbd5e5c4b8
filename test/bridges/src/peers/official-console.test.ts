// SPDX-License-Identifier: Apache-2.0

/** Each gap that users meet in the official instrumentation of the console: there in theirs, not in ours. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { describe, expect, test } from 'vitest';

const PROGRAM = fileURLToPath(new URL('../../programs/print.ts', import.meta.url));

interface Printed {
  readonly stdout: string;
  /** What the console printed to stderr. */
  readonly stderr: string;
  readonly records: readonly {
    readonly scope: string;
    readonly body: string;
    readonly severityNumber: number;
    readonly attributes: Readonly<Record<string, unknown>>;
  }[];
  readonly said: readonly string[];
}

const runs = new Map<string, Promise<Printed>>();

/** Runs the program in a process of its own, whose console nobody else has replaced; once for the same arguments. */
function print(line: string, what: 'calls' | 'exporter', ...makers: readonly string[]): Promise<Printed> {
  const args = [line, what, ...makers];
  const known = runs.get(args.join(' '));
  if (known !== undefined) return known;
  const run = promisify(execFile)(process.execPath, [PROGRAM, ...args]).then(({ stdout, stderr }) => {
    const [printed = '', result = '{}'] = stderr.split('\u0000');
    return { stdout, stderr: printed, ...(JSON.parse(result) as Pick<Printed, 'records' | 'said'>) };
  });
  runs.set(args.join(' '), run);
  return run;
}

const OFFICIAL = '@opentelemetry/instrumentation-console';

test('an error is flattened into text, and there are no attributes', async () => {
  const theirs = await print('0.2xx', 'calls', 'theirs');
  expect(theirs.records.map(({ attributes }) => attributes)).toEqual([{}, {}, {}]);
  expect(theirs.records[0]?.body).toBe('order accepted { order: { id: 42 } }');
  expect(theirs.records[2]?.body).toMatch(/^payment failed RangeError: declined\n/);

  const ours = await print('0.2xx', 'calls', 'ours');
  expect(ours.records.map(({ body }) => body)).toEqual(['order accepted', 'inside', 'payment failed']);
  expect(ours.records[0]?.attributes).toEqual({ order: { id: 42 }, 'console.arguments': ['accepted'] });
  expect(ours.records[2]?.attributes).toMatchObject({
    'exception.type': 'RangeError',
    'exception.message': 'declined',
  });
  expect(ours.records[2]?.attributes['exception.stacktrace']).toMatch(/\nCaused by: Error: limit reached\n/);
  expect([ours.stdout, ours.stderr]).toEqual([theirs.stdout, theirs.stderr]);
});

test('with a 3.x SDK every record of theirs is lost without a word, and none of ours', async () => {
  const theirs = await print('3.x', 'calls', 'theirs');
  const ours = await print('3.x', 'calls', 'ours');
  expect([theirs.records.length, theirs.said, ours.records.length]).toEqual([0, [], 3]);
});

test('with bridge-api-logs theirs arrive at a 3.x SDK as well', async () => {
  const { records } = await print('3.x', 'calls', 'api-logs', 'theirs');
  expect(records.map(({ scope, severityNumber }) => [scope, severityNumber])).toEqual([
    [OFFICIAL, 9],
    [OFFICIAL, 9],
    [OFFICIAL, 17],
  ]);
});

test('an exporter that prints later makes a loop', async () => {
  const theirs = await print('0.2xx', 'exporter', 'theirs');
  // It ends because the program's exporter stops printing.
  expect(theirs.records.length).toBeGreaterThan(3);
  const ours = await print('0.2xx', 'exporter', 'ours');
  expect(ours.records.map(({ body }) => body)).toEqual(['one']);
  expect(ours.stdout).toBe('one\nexported 1\n');
});

describe.each(['0.2xx', '3.x'])('both at once, on the %s line', (line) => {
  const bridge = line === '3.x' ? ['api-logs'] : [];

  test.each([
    ['theirs first', ['theirs', 'ours']],
    ['ours first', ['ours', 'theirs']],
  ])('%s: one record per call, printed once, restorable, and that is said once', async (_order, makers) => {
    const both = await print(line, 'calls', ...bridge, ...makers);
    const alone = await print(line, 'calls', 'ours');
    const bodies = both.records.map(({ body }) => body);
    expect(bodies).toHaveLength(3);
    // Where theirs came last, it has emitted the first call before ours could step before it.
    expect(bodies.slice(1)).toEqual(['inside', 'payment failed']);
    expect(both.records.slice(1)).toEqual(alone.records.slice(1));
    expect([both.stdout, both.stderr]).toEqual([alone.stdout, alone.stderr]);
    expect(both.said.filter((text) => text.includes('console'))).toEqual([
      `warn: @logferry/bridge-console: ${OFFICIAL} has replaced the same methods: they go past it, so that records arrive once`,
    ]);
  });
});

test('both at once, at a 3.x SDK that theirs does not reach: every call is a record of ours', async () => {
  const { records } = await print('3.x', 'calls', 'ours', 'theirs');
  expect(records).toEqual((await print('3.x', 'calls', 'ours')).records);
});
