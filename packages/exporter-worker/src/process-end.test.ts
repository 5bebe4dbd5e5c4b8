// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { temporaryDirectory } from './test-doubles/worker-setup.ts';

interface Ended {
  readonly code: number | null;
  readonly outcomes: unknown;
  readonly delivered: readonly string[];
  readonly tookMillis: number;
}

const CHILD = join(import.meta.dirname, '../fixtures/exiting-child.ts');
const DELIVERED = { kind: 'delivered', rejectedCount: 0 };

async function run(way: string, timeoutMillis: number, ...texts: readonly string[]): Promise<Ended> {
  const directory = temporaryDirectory();
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [CHILD, way, directory, String(timeoutMillis), ...texts.map((text) => text.replace('DIR', directory))],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const journal = join(directory, 'journal');
  return {
    code,
    outcomes: output === '' ? undefined : JSON.parse(output),
    delivered: existsSync(journal)
      ? readFileSync(journal, 'utf8').replaceAll(directory, 'DIR').split('\n').slice(0, -1)
      : [],
    tookMillis: performance.now() - start,
  };
}

describe('a process that ends by itself', () => {
  test('is not kept by an exporter that was never used, nor by an idle worker', async () => {
    expect(await run('unused', 0)).toMatchObject({ code: 0, delivered: [] });
    expect(await run('idle', 0, 'a')).toMatchObject({ code: 0, delivered: ['a'] });
  });

  test('waits for a send in flight, but not for ever', async () => {
    expect(await run('in-flight', 0, 'wait:300', 'b')).toMatchObject({ code: 0, delivered: ['wait:300', 'b'] });
    const ended = await run('in-flight', 0, 'wait:60000');
    expect(ended).toMatchObject({ code: 0, delivered: [] });
    expect(ended.tookMillis).toBeLessThan(20_000);
  });

  test('waits for a flush', async () => {
    expect(await run('flush', 0, 'wait:2500', 'b')).toMatchObject({
      code: 0,
      delivered: ['wait:2500', 'b', 'flushed'],
    });
  });
});

describe('a process that exits', () => {
  test('delivers what was not handed over by then, from a worker that is started for it', async () => {
    expect(await run('not-begun', 10_000, 'a', 'b', 'c')).toMatchObject({
      code: 7,
      outcomes: [DELIVERED, DELIVERED, DELIVERED],
      delivered: ['a', 'b', 'c'],
    });
  });

  test('finishes the send in flight, once, and delivers what waits behind it', async () => {
    expect(await run('begun', 10_000, 'first', 'wait:200', 'c', 'failed')).toMatchObject({
      code: 7,
      outcomes: [DELIVERED, DELIVERED, { kind: 'failed', reason: 'no' }],
      delivered: ['first', 'wait:200', 'c'],
    });
  });

  test('delivers after an uncaught exception', async () => {
    expect(await run('uncaught', 10_000, 'a', 'b')).toMatchObject({
      code: 1,
      outcomes: [DELIVERED, DELIVERED],
      delivered: ['a', 'b'],
    });
  });

  test('delivers through a worker that dies meanwhile', async () => {
    expect(await run('begun', 20_000, 'first', 'crash-unless:DIR/died', 'c')).toMatchObject({
      code: 7,
      outcomes: [DELIVERED, DELIVERED],
      delivered: ['first', 'crash-unless:DIR/died', 'c'],
    });
  });

  test('gives up a batch that the worker always dies of, and delivers the others', async () => {
    const ended = await run('begun', 20_000, 'first', 'crash', 'c');
    expect(ended).toMatchObject({ code: 7, outcomes: [{ kind: 'failed' }, DELIVERED], delivered: ['first', 'c'] });
  });

  test('ends in time with a worker that hangs', async () => {
    const ended = await run('begun', 400, 'first', 'spin-for-ever', 'c');
    const late = { kind: 'retryable', reason: 'the process exits before the worker has delivered' };
    expect(ended).toMatchObject({ code: 7, outcomes: [late, late], delivered: ['first'] });
    expect(ended.tookMillis).toBeLessThan(20_000);
  });

  test('can still call an option that is a plain function, and uses the last value of an asynchronous one', async () => {
    expect(await run('begun', 10_000, 'call', 'wait:100', 'call')).toMatchObject({
      outcomes: [DELIVERED, DELIVERED],
      delivered: ['token sync-1', 'wait:100', 'token sync-3'],
    });
    expect(await run('async-token', 10_000, 'call', 'wait:50', 'call')).toMatchObject({
      outcomes: [DELIVERED, DELIVERED],
      delivered: ['token async-1-1', 'wait:50', 'token async-1-1'],
    });
  });

  test('starts nothing after a shutdown', async () => {
    const reason = 'the exporter was shut down';
    expect(await run('shut-down', 10_000, 'a')).toMatchObject({
      code: 7,
      outcomes: [{ kind: 'retryable', reason }],
      delivered: [],
    });
  });
});
