// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from 'vitest';

const CHILD = fileURLToPath(new URL('../fixtures/logging-child.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'logferry-console-'));

afterAll(() => rmSync(folder, { recursive: true }));

function start(stdio: StdioOptions, ...words: string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=@logferry/source', CHILD, ...words], { stdio });
}

function bodies(lines: string): unknown[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).body);
}

test('100,000 records arrive complete and in order through a pipe whose reader is slow, at the natural end', async () => {
  const count = 100_000;
  const child = start(['ignore', 'pipe', 'inherit'], 'natural-end', String(count));
  const exit = once(child, 'exit');
  // Until then the pipe is full and the process has to wait.
  await setTimeout(500);
  const received = bodies(await text(child.stdout as Readable));
  expect(received).toHaveLength(count);
  expect(received.findIndex((body, index) => body !== index)).toBe(-1);
  expect(await exit).toEqual([0, null]);
});

test('what was logged just before process.exit is in the file that stdout is', async () => {
  const path = join(folder, 'stdout');
  const file = openSync(path, 'w');
  const child = start(['ignore', file, 'inherit'], 'exit', '1000');
  expect(await once(child, 'exit')).toEqual([3, null]);
  closeSync(file);
  expect(bodies(readFileSync(path, 'utf8'))).toEqual(Array.from({ length: 1000 }, (_, index) => index));
});

async function afterTheReaderLeft(...words: string[]): Promise<{ said: string[]; errors: string; exit: unknown[] }> {
  const child = start(['pipe', 'pipe', 'pipe', 'pipe'], 'closed-pipe', ...words);
  const exit = once(child, 'exit');
  const reports = child.stdio[3] as Readable;
  const said = text(reports);
  const errors = text(child.stderr as Readable);
  await once(reports, 'data');
  (child.stdout as Readable).destroy();
  await once(child.stdout as Readable, 'close');
  child.stdin?.write('go\n');
  return { said: (await said).trimEnd().split('\n'), errors: await errors, exit: await exit };
}

test('a pipe whose reader left costs the records, counted, and nothing else', async () => {
  expect(await afterTheReaderLeft()).toEqual({
    said: [
      'ready',
      'result: stdout failed with EPIPE',
      'result: stdout failed with EPIPE',
      'result: stdout failed with EPIPE',
      'listeners left: 0',
      '{"writtenRecords":0,"writtenBytes":0,"failedRecords":6}',
    ],
    errors: '',
    exit: [0, null],
  });
});

test('a listener of the application for errors of stdout hears of the reader that left', async () => {
  const { said, errors, exit } = await afterTheReaderLeft('own-handler');
  expect(said.filter((line) => line === 'own handler: EPIPE')).toHaveLength(3);
  expect(said).toContain('listeners left: 0');
  expect(errors).toBe('');
  expect(exit).toEqual([0, null]);
});
