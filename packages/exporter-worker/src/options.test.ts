// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { systemClock } from '@logferry/core';
import { expect, test } from 'vitest';

import { WorkerLogRecordExporter, type WorkerOptions } from './index.ts';
import { ScriptedExporter, type ScriptedOptions } from './test-doubles/scripted-exporter.ts';
import { encoded, never, scriptedWorker } from './test-doubles/worker-setup.ts';

function made(options: Partial<ScriptedOptions>, workerOptions: WorkerOptions = {}): () => unknown {
  return () => new WorkerLogRecordExporter(ScriptedExporter, { journal: '/dev/null', ...options }, workerOptions);
}

test('a bad option of the exporter is the same error as without a worker, at once', () => {
  const options = { journal: '', mood: 'odd' as 'good' };
  const plain = (() => {
    try {
      return new ScriptedExporter(options);
    } catch (error) {
      return error;
    }
  })();
  expect(made(options)).toThrow(plain);
  expect(plain).toMatchObject({ code: 'INVALID_OPTION' });
});

test.each<[string, Partial<ScriptedOptions>, string]>([
  [
    'an instance of a class',
    { clock: new ManualClock() },
    "clock can't be used in a worker thread: it is an instance of ManualClock",
  ],
  [
    'an object of functions',
    { clock: systemClock },
    "clock.monotonicMillis can't be used in a worker thread: it is a function",
  ],
  [
    'a function in a list',
    { nested: { list: [1, () => {}] } },
    "nested.list.1 can't be used in a worker thread: it is a function",
  ],
  ['a symbol', { nested: { list: [Symbol('s')] } }, "nested.list.0 can't be used in a worker thread: it is a symbol"],
])('%s is refused by its path', (_, options, message) => {
  expect(made(options)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
  );
});

test('options without end are refused', () => {
  const list: unknown[] = [];
  list.push(list);
  expect(made({ nested: { list } })).toThrow(expect.objectContaining({ code: 'INVALID_OPTION' }));
});

test.each<[WorkerOptions, string]>([
  [{ maxQueueBytes: 0 }, 'maxQueueBytes'],
  [{ maxCrashesPerBatch: 1.5 }, 'maxCrashesPerBatch'],
  [{ initialRestartDelayMillis: -1 }, 'initialRestartDelayMillis'],
  [{ initialRestartDelayMillis: 100, maxRestartDelayMillis: 99 }, 'maxRestartDelayMillis'],
  [{ hangTimeoutMillis: 0 }, 'hangTimeoutMillis'],
  [{ shutdownTimeoutMillis: Infinity }, 'shutdownTimeoutMillis'],
  [{ resourceLimits: 5 as never }, 'resourceLimits'],
  [{ execArgv: '--inspect' as never }, 'execArgv'],
  [{ execArgv: [1] as never }, 'execArgv'],
])('a bad option of the worker is named: %j', (workerOptions, name) => {
  expect(made({}, workerOptions)).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(name) }),
  );
});

test('a class that can’t live in a worker is refused', () => {
  expect(() => new WorkerLogRecordExporter(Map as never, {})).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION' }),
  );
});

test('a function is called in the application’s thread, with what it returns, also through a promise', async () => {
  const calls: number[] = [];
  const worker = scriptedWorker({
    token: async (attempt) => {
      calls.push(attempt);
      return `secret-${attempt}`;
    },
  });
  await worker.exporter.send(encoded(worker, 'call', 'call'), never());
  expect(calls).toEqual([1, 1]);
  expect(worker.delivered()).toEqual(['token secret-1', 'token secret-1']);
});

test.each([
  [
    'throws',
    () => {
      throw new RangeError('secret');
    },
    'RangeError',
  ],
  ['rejects', () => Promise.reject(new RangeError('secret')), 'RangeError'],
  ['returns what can’t be sent', () => (() => {}) as never, 'DataCloneError'],
])('a function that %s fails in the worker as it would here, without its words', async (_, token, name) => {
  const worker = scriptedWorker({ token });
  expect(await worker.exporter.send(encoded(worker, 'call'), never())).toEqual({
    kind: 'failed',
    reason: `the exporter's send rejected: ${name}`,
  });
});

test('a hook gets an error with its class, code and cause', async () => {
  const errors: unknown[] = [];
  const worker = scriptedWorker({ onError: (error) => errors.push(error) });
  await worker.exporter.send(encoded(worker, 'hook'), never());
  expect(errors).toEqual([
    expect.objectContaining({
      name: 'LogferryError',
      code: 'EXPORT_FAILED',
      message: 'told by the worker',
      cause: expect.objectContaining({ code: 'ENOENT', message: expect.stringContaining('/nowhere/at/all') }),
    }),
  ]);
});

test('a hook that throws harms nobody', async () => {
  const worker = scriptedWorker({
    onError: () => {
      throw new Error('secret');
    },
  });
  expect(await worker.exporter.send(encoded(worker, 'hook'), never())).toMatchObject({ kind: 'delivered' });
  expect(await worker.exporter.send(encoded(worker, 'next'), never())).toMatchObject({ kind: 'delivered' });
});

test('the worker sees the environment of the construction, without what the application preloads', async () => {
  process.env['LOGFERRY_WORKER_TEST'] = 'then';
  process.env['NODE_OPTIONS'] = '--no-warnings';
  const worker = scriptedWorker();
  process.env['LOGFERRY_WORKER_TEST'] = 'now';
  await worker.exporter.send(encoded(worker, 'environment:LOGFERRY_WORKER_TEST', 'environment:NODE_OPTIONS'), never());
  delete process.env['LOGFERRY_WORKER_TEST'];
  delete process.env['NODE_OPTIONS'];
  expect(worker.delivered()).toEqual(['LOGFERRY_WORKER_TEST=then []', 'NODE_OPTIONS=undefined []']);
});

test('Node options for the thread are those that are given', async () => {
  const worker = scriptedWorker({}, { execArgv: ['--no-warnings'] });
  await worker.exporter.send(encoded(worker, 'environment:NO_SUCH_VARIABLE'), never());
  expect(worker.delivered()).toEqual(['NO_SUCH_VARIABLE=undefined ["--no-warnings"]']);
});

test('an answer that comes after the worker has died does not reach the next one', async () => {
  let calls = 0;
  let answerFirst: (token: string) => void = () => {};
  const worker = scriptedWorker({
    maxConcurrentSends: 2,
    token: () => {
      calls += 1;
      if (calls === 1) {
        return new Promise((resolve) => {
          answerFirst = resolve;
        });
      }
      answerFirst('stale');
      return new Promise((resolve) => {
        setTimeout(() => resolve('fresh'), 50);
      });
    },
  });
  const sends = ['call', `crash-unless:${worker.file('died')}`].map((text) =>
    worker.exporter.send(encoded(worker, text), never()),
  );
  await Promise.all(sends);
  expect(worker.delivered()[0]).toBe('token fresh');
});
