// SPDX-License-Identifier: Apache-2.0
import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, truncateSync } from 'node:fs';
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

/** Files of the process can't grow beyond this; what is beyond fails with EFBIG, as a full disk does with ENOSPC. */
const FILE_LIMIT_BYTES = 8192;

function startLimited(stdio: StdioOptions, ...words: string[]): ChildProcess {
  const blocks = FILE_LIMIT_BYTES / 512;
  const script = `ulimit -f ${blocks} && exec "$0" "$@"`;
  return spawn('sh', ['-c', script, process.execPath, '--conditions=@logferry/source', CHILD, ...words], { stdio });
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

test('a record that fits into a full file in part only is counted, and the next one is not glued to it', async () => {
  const path = join(folder, 'full');
  const file = openSync(path, 'a');
  const child = startLimited(['pipe', file, 'inherit', 'pipe'], 'full-file', '8000');
  const exit = once(child, 'exit');
  closeSync(file);
  const reports = child.stdio[3] as Readable;
  const [first] = await once(reports, 'data');
  expect(JSON.parse(String(first))).toEqual([
    { kind: 'delivered', rejectedCount: 1, message: 'stdout failed with EFBIG' },
    { writtenRecords: 1, writtenBytes: FILE_LIMIT_BYTES, failedRecords: 1 },
  ]);
  // Room for the next record: the file then ends within the first one.
  truncateSync(path, 100);
  child.stdin?.write('go\n');
  const [second] = await once(reports, 'data');
  const third =
    '{"time":"2026-01-01T00:00:00.123456789Z","severity":"INFO","severityNumber":9,"scope":"orders","body":"third"}';
  expect(JSON.parse(String(second))).toEqual([
    { kind: 'delivered', rejectedCount: 0 },
    { writtenRecords: 2, writtenBytes: FILE_LIMIT_BYTES + third.length + 1, failedRecords: 1 },
  ]);
  expect(await exit).toEqual([0, null]);
  const [fragment, ...rest] = readFileSync(path, 'utf8').split('\n');
  expect(fragment).toHaveLength(100);
  expect(rest).toEqual([third, '']);
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
