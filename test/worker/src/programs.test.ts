// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { tlsReceiver } from './tls-receiver.ts';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(program: string, ...args: readonly string[]): Promise<Ended> {
  const path = join(import.meta.dirname, '../programs', program);
  const child = spawn(process.execPath, [path, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    output.stdout += String(chunk);
  });
  child.stderr.on('data', (chunk) => {
    output.stderr += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...output };
}

test.each([
  ['exit-at-once', 3],
  ['exit-in-flight', 3],
  ['throw', 1],
  ['by-itself', 0],
])('a process that ends (%s) has sent everything over TLS from its exit event, each record once', async (way, code) => {
  const receiver = await tlsReceiver();
  const { authority, endpoint } = receiver;
  const ended = await run('exiting.ts', endpoint, authority.certFile, way, 'worker', '5000');
  expect(ended).toMatchObject({ code, stdout: '5000\n' });
  expect(receiver.accepted()).toEqual(Array.from({ length: 5000 }, (_, index) => `order ${index}`));
});

test('without a worker the same process loses what it logged last, which is why this one exists', async () => {
  const receiver = await tlsReceiver();
  const { authority, endpoint } = receiver;
  const ended = await run('exiting.ts', endpoint, authority.certFile, 'exit-at-once', 'plain', '5000');
  expect(ended).toMatchObject({ code: 3, stdout: '0\n' });
  expect(receiver.accepted()).toEqual([]);
});

test('a console in a worker writes every line to its stream, in order', async () => {
  const { code, stdout, stderr } = await run('console.ts');
  expect(code).toBe(0);
  const bodies = (text: string): unknown[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { body: unknown }).body);
  const all = Array.from({ length: 1000 }, (_, index) => index);
  expect(bodies(stdout)).toEqual(all.filter((index) => index % 10 !== 0).map((index) => `order ${index}`));
  expect(bodies(stderr)).toEqual(all.filter((index) => index % 10 === 0).map((index) => `order ${index}`));
});
