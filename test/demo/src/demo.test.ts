// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { startOtlpReceiver } from '@logferry-test/support';

import { readBack } from './files.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'logferry-demo-test-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the demo from its sources. */
async function demo(
  args: readonly string[],
  input = '',
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--conditions=@logferry/source', main, '--out', join(folder, 'out'), ...args],
    {
      env: { PATH: process.env['PATH'] },
    },
  );
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

/** The rows of the accounting table: name, emitted, delivered, arrived. */
function accounts(output: string): string[][] {
  const rows = output.slice(output.indexOf('destination ')).split('\n').slice(1, 4);
  return rows.map((row) => row.split(/ {2,}/).slice(0, 4));
}

test('the built-in load is accounted for at all three destinations, over TLS, with a retry', async () => {
  const { code, output, errors } = await demo(['--requests', '300']);
  expect(errors).toContain('is tried again: UNAVAILABLE');
  expect(errors.split('\n')).toHaveLength(2);
  expect(code).toBe(0);
  const rows = accounts(output);
  expect(rows.map(([name]) => name)).toEqual(['OTLP/gRPC', 'rotating files', 'console']);
  for (const [, emitted, delivered, arrived] of rows) {
    expect(Number(emitted)).toBeGreaterThan(300);
    expect([delivered, arrived]).toEqual([emitted, emitted]);
  }
  expect(output).toContain('every record is accounted for');
});

test('lines of a file, pino-style, OTLP JSON and plain text, are sent to every destination', async () => {
  const input = join(folder, 'input.jsonl');
  const otlp = {
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'payments' } }] },
        scopeLogs: [
          {
            scope: { name: 'till', version: '2' },
            logRecords: [
              {
                timeUnixNano: '1767225600123456789',
                severityNumber: 17,
                body: { stringValue: 'no change' },
                attributes: [{ key: 'coins', value: { intValue: '9007199254740993' } }],
                traceId: TRACE_ID,
                spanId: 'b7ad6b7169203331',
                flags: 1,
              },
            ],
          },
        ],
      },
    ],
  };
  writeFileSync(
    input,
    `{"level":40,"time":1767225600000,"msg":"low","stock":3}\n${JSON.stringify(otlp)}\nplain text\n`,
  );
  const { code, output } = await demo(['--input', input, '--console']);
  expect(code).toBe(0);
  expect(accounts(output).map((row) => row.slice(1))).toEqual([
    ['3', '3', '3'],
    ['3', '3', '3'],
    ['3', '3', '3'],
  ]);
  expect(output).toContain('3 lines read; 1 were no JSON object and were sent as text');
  expect(output).toMatch(/WARN +input low stock=3\n/);
  expect(output).toMatch(/ERROR +till no change coins=9007199254740993 trace=0af76519\n/);
  expect((await readBack(join(folder, 'out'))).map((file) => file.records)).toEqual([3]);
});

test('standard input is sent to a receiver of one’s own', async () => {
  const receiver = await startOtlpReceiver();
  try {
    const lines = Array.from({ length: 2500 }, (_, i) => `{"level":30,"msg":"order ${i}"}\n`).join('');
    const { code, output } = await demo(['--input', '-', '--endpoint', receiver.endpoint], lines);
    expect(code).toBe(0);
    expect(accounts(output)[0]).toEqual(['OTLP/gRPC', '2,500', '2,500', '–']);
    expect(receiver.stats()).toMatchObject({ records: 2500, acceptedRecords: 2500 });
  } finally {
    await receiver.close();
  }
});

test('a bad argument ends it with code 2 and the reason', async () => {
  expect(await demo(['--requests', 'many'])).toEqual({
    code: 2,
    output: '',
    errors: '--requests must be a whole number of at least 1; it is "many"\n',
  });
});

test('an input that is not there ends it with an error that names the file', async () => {
  const { code, errors } = await demo(['--input', join(folder, 'nowhere.jsonl')]);
  expect(code).toBe(1);
  expect(errors).toContain('nowhere.jsonl');
});
