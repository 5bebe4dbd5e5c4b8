// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

import { testRecord } from '@logferry/core/testing';
import { describe, expect, it } from 'vitest';

import { CaptureStream, SlowStream } from '../fixtures/capture-stream.ts';
import { ConsoleLogRecordExporter } from './index.ts';

const CHILD = fileURLToPath(new URL('../fixtures/exiting-child.ts', import.meta.url));

function start(stdout: number | 'pipe', ...words: readonly (string | number)[]) {
  const child = spawn(process.execPath, ['--conditions=@logferry/source', CHILD, ...words.map(String)], {
    stdio: ['ignore', stdout, 'pipe', 'pipe'],
  });
  const told = createInterface({ input: child.stdio[3] as Readable })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => String((await told.next()).value);
  return {
    stdout: child.stdout as unknown as Readable,
    stderr: child.stderr as Readable,
    /** Settles when the process has begun to exit; until then nobody has read what it writes. */
    exiting: async () => expect(await nextLine()).toBe('exiting'),
    /** What it tells when `sendSync` has returned. */
    told: async () => ({ outcomes: JSON.parse(await nextLine()), stats: JSON.parse(await nextLine()) }),
    exit: once(child, 'exit'),
  };
}

function bodies(lines: string): unknown[] {
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).body);
}

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

const DELIVERED = { kind: 'delivered', rejectedCount: 0 };

describe('sendSync on exit', () => {
  it.each([
    ['that had begun to fill it', 'later'],
    ['that was handed over in this very turn', 'at-once'],
  ])('finishes a batch %s and writes the rest into a full pipe, once and in order', async (_, scenario) => {
    const count = 20_000;
    const child = start('pipe', scenario, count);
    await child.exiting();
    const received = bodies(await text(child.stdout));
    expect(received).toHaveLength(2 * count + 1);
    expect(received).toEqual(numbers(2 * count + 1));
    const { outcomes, stats } = await child.told();
    expect(outcomes).toEqual([DELIVERED, DELIVERED, DELIVERED]);
    expect(stats).toMatchObject({ writtenRecords: 2 * count + 1, failedRecords: 0 });
    expect(await text(child.stderr)).toBe('');
    expect(await child.exit).toEqual([3, null]);
  });

  it('ends within its time when nobody reads, and tells exactly what a reader finds', async () => {
    const count = 20_000;
    const child = start('pipe', 'later', count, 300);
    await child.exiting();
    const { outcomes, stats } = await child.told();
    const found = (await text(child.stdout)).split('\n').slice(0, -1).length;
    expect(found).toBeLessThan(count);
    const reason = 'stdout did not take the lines in time';
    expect(outcomes).toEqual([
      { kind: 'delivered', rejectedCount: count - found, message: reason },
      { kind: 'retryable', reason: 'the reader stands still', rejectedCount: 0 },
      { kind: 'retryable', reason: 'the reader stands still', rejectedCount: 0 },
    ]);
    expect(stats).toMatchObject({ writtenRecords: found, failedRecords: count - found });
    expect(await child.exit).toEqual([3, null]);
  });

  it('leaves lines of the application whole that its stream still holds', async () => {
    const child = start('pipe', 'own-lines', 10, 300);
    await child.exiting();
    const { outcomes } = await child.told();
    const found = await text(child.stdout);
    expect('own line '.repeat(200_000).startsWith(found)).toBe(true);
    expect(outcomes).toEqual([
      { kind: 'failed', reason: 'stdout did not take the lines in time' },
      { kind: 'retryable', reason: 'the reader stands still', rejectedCount: 0 },
      { kind: 'retryable', reason: 'the reader stands still', rejectedCount: 0 },
    ]);
    expect(await child.exit).toEqual([3, null]);
  });

  it('tells of a reader that has left', async () => {
    const child = start('pipe', 'at-once', 20_000);
    child.stdout.destroy();
    await child.exiting();
    const { outcomes, stats } = await child.told();
    expect(outcomes[0]).toEqual({ kind: 'failed', reason: 'stdout failed with EPIPE' });
    expect(outcomes[1].kind).not.toBe('delivered');
    expect(stats).toMatchObject({ writtenRecords: 0 });
    expect(await text(child.stderr)).toBe('');
    expect(await child.exit).toEqual([3, null]);
  });

  it.each(['at-once', 'later'])('writes a file once, also what was written already: %s', async (scenario) => {
    const folder = mkdtempSync(join(tmpdir(), 'logferry-console-'));
    try {
      const file = openSync(join(folder, 'stdout'), 'w');
      const child = start(file, scenario, 100);
      await child.exiting();
      const { outcomes, stats } = await child.told();
      expect(await child.exit).toEqual([3, null]);
      closeSync(file);
      expect(bodies(readFileSync(join(folder, 'stdout'), 'utf8'))).toEqual(numbers(201));
      expect(outcomes).toEqual([DELIVERED, DELIVERED, DELIVERED]);
      expect(stats).toMatchObject({ writtenRecords: 201, failedRecords: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps the order on each of two pipes', async () => {
    const count = 20_000;
    const child = start('pipe', 'both-streams', count);
    await child.exiting();
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
    expect(bodies(out)).toEqual(numbers(2 * count + 1).filter((body) => body % 2 === 0));
    expect(bodies(errors)).toEqual(numbers(2 * count + 1).filter((body) => body % 2 === 1));
    expect(await child.exit).toEqual([3, null]);
  });
});

describe('sendSync to a stream that is not of the process', () => {
  function setUp(stdout: Writable) {
    const exporter = new ConsoleLogRecordExporter({ stdout, format: 'json' });
    const batch = (...texts: readonly string[]) => {
      const encoder = exporter.createEncoder();
      for (const body of texts) encoder.append(testRecord({ body }));
      const taken = encoder.take();
      if (taken === undefined) throw new Error('no batch');
      return taken;
    };
    return { exporter, batch };
  }

  it('is delivered where the stream writes at once', () => {
    const stdout = new CaptureStream();
    const { exporter, batch } = setUp(stdout);
    expect(exporter.sendSync([batch('a', 'b'), batch('c')], 100)).toEqual([DELIVERED, DELIVERED]);
    expect(bodies(stdout.text)).toEqual(['a', 'b', 'c']);
    expect(exporter.stats()).toMatchObject({ writtenRecords: 3, failedRecords: 0 });
  });

  it('is not delivered where the stream takes its time, and nothing is added to what it holds', async () => {
    const stdout = new SlowStream();
    const { exporter, batch } = setUp(stdout);
    const batches = [batch('a'), batch('b')];
    expect(exporter.sendSync(batches, 100)).toEqual([
      { kind: 'failed', reason: 'stdout did not take the lines in time' },
      { kind: 'retryable', reason: 'the reader stands still', remaining: batches[1], rejectedCount: 0 },
    ]);
    stdout.take();
    expect(stdout.taken.map(bodies)).toEqual([['a']]);
  });

  it('begins a batch anew that was sent in vain before', async () => {
    const stdout = new CaptureStream();
    const { exporter, batch } = setUp(stdout);
    const again = batch('a');
    const aborted = new AbortController();
    aborted.abort();
    expect(await exporter.send(again, aborted.signal)).toMatchObject({ kind: 'retryable' });
    expect(exporter.sendSync([again], 100)).toEqual([DELIVERED]);
    expect(bodies(stdout.text)).toEqual(['a']);
  });
});
