// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { temporaryFolder } from '../test-doubles/temporary-folder.ts';

const folder = temporaryFolder();
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const REGISTER = new URL('index.ts', import.meta.url).href;
const API = import.meta.resolve('@opentelemetry/api');

/** Logs in its main thread and in two worker threads, which live until both have logged. */
const APPLICATION = `
import { isMainThread, parentPort, threadId, Worker } from 'node:worker_threads';
import { logs } from ${JSON.stringify(API)};
logs.getLogger('shop').emit({ severityNumber: 9, body: isMainThread ? 'main' : 'thread' });
if (isMainThread) {
  const workers = [1, 2].map(() => new Worker(new URL(import.meta.url)));
  await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
  for (const worker of workers) worker.postMessage('end');
} else {
  parentPort.postMessage('ready');
  parentPort.once('message', () => {});
}
`;

/** Three threads load the module from its sources, on a machine that may be busy. */
const TIMEOUT_MILLIS = 120_000;

async function run(environment: Readonly<Record<string, string>>): Promise<string> {
  const application = join(folder, 'application.mjs');
  writeFileSync(application, APPLICATION);
  const flags = ['--conditions=@logferry/source', '--no-warnings', '--import', REGISTER];
  const child = spawn(process.execPath, [...flags, application], {
    cwd: PACKAGE,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const exitCode = await new Promise((resolve) => child.once('close', resolve));
  expect(exitCode).toBe(0);
  return said;
}

/** The bodies in each file, by its name. */
function logged(name: string): Readonly<Record<string, readonly string[]>> {
  const files = readdirSync(folder).filter((file) => file.startsWith(name));
  const bodies = (file: string): readonly string[] =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/"stringValue":"(main|thread)"/g)].map(
      ([, body = '']) => body,
    );
  return Object.fromEntries(files.map((file) => [file, bodies(file)]));
}

test(
  'worker threads that name the file of the main thread say so once, and what to do',
  { timeout: TIMEOUT_MILLIS },
  async () => {
    const path = join(folder, 'one.jsonl');
    const line =
      'logferry: @logferry/config/register has set up no logging in this worker thread (files that several threads write ' +
      `need when_in_use: own-name, or LOGFERRY_FILE_WHEN_IN_USE=own-name): ${path} is in use by another process or worker thread\n`;
    expect(await run({ LOGFERRY_FILE: path })).toBe(line.repeat(2));
    expect(logged('one')).toEqual({ 'one.jsonl': ['main'] });
  },
);

test('with names of their own they have files of their own', { timeout: TIMEOUT_MILLIS }, async () => {
  const path = join(folder, 'many.jsonl');
  expect(await run({ LOGFERRY_FILE: path, LOGFERRY_FILE_WHEN_IN_USE: 'own-name' })).toBe('');
  expect(logged('many')).toEqual({ 'many.jsonl': ['main'], 'many.p2.jsonl': ['thread'], 'many.p3.jsonl': ['thread'] });
});
