// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { inspectFiles } from './inspect-files.ts';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'logferry-inspect-'));
});

afterEach(() => rmSync(directory, { recursive: true }));

function otlpLine(sequences: readonly number[]): string {
  const logRecords = sequences.map((sequence) => ({
    attributes: [
      { key: 'method', value: { stringValue: 'GET' } },
      { key: 'sequence', value: { intValue: String(sequence) } },
    ],
  }));
  return `${JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] })}\n`;
}

test('records are found in plain lines and in OTLP JSON lines, over all files', () => {
  const plain = '{"msg":"a","sequence":0}\n{"msg":"b","sequence":3}\n';
  const otlp = otlpLine([1, 2]);
  writeFileSync(join(directory, 'a.log'), plain);
  writeFileSync(join(directory, 'b.jsonl'), otlp);
  expect(inspectFiles(directory, 4)).toEqual({
    files: 2,
    bytes: plain.length + otlp.length,
    largestFileBytes: Math.max(plain.length, otlp.length),
    lost: 0,
    doubled: 0,
    broken: 0,
  });
});

test('a record cut in two by a rotation is lost, and both parts are broken lines', () => {
  writeFileSync(join(directory, '1.log'), '{"sequence":0}\n{"seque');
  writeFileSync(join(directory, '2.log'), 'nce":1}\n{"sequence":2}\n');
  expect(inspectFiles(directory, 3)).toMatchObject({ lost: 1, doubled: 0, broken: 2 });
});

test('a record that is written twice is counted', () => {
  writeFileSync(join(directory, '1.log'), '{"sequence":0}\n');
  writeFileSync(join(directory, '2.jsonl'), otlpLine([0, 1]));
  expect(inspectFiles(directory, 2)).toMatchObject({ lost: 0, doubled: 1, broken: 0 });
});
