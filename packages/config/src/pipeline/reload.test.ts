// SPDX-License-Identifier: Apache-2.0
import type { LogRecordExporter, LogRecordProcessor } from '@logferry/core';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { createLogPipeline, type LogPipeline, type LogPipelineOptions } from '../index.ts';
import { CollectingExporter } from '../test-doubles/collecting-exporter.ts';
import { bodiesIn, temporaryFolder } from '../test-doubles/temporary-folder.ts';

const folder = temporaryFolder();

function loggerOf(pipeline: LogPipeline) {
  return new LoggerProvider({ processors: pipeline.processors }).getLogger('shop');
}

/** Emits numbered records, a few in each turn, until the work is done. @returns their bodies. */
async function underLoad(pipeline: LogPipeline, work: () => Promise<void>): Promise<string[]> {
  const logger = loggerOf(pipeline);
  const bodies: string[] = [];
  const load = { isDone: false };
  const emitting = (async () => {
    while (!load.isDone) {
      for (let index = 0; index < 20; index += 1) {
        const body = `record ${bodies.length}`;
        logger.emit({ severityNumber: 9, body });
        bodies.push(body);
      }
      await setTimeout(1);
    }
  })();
  await work();
  load.isDone = true;
  await emitting;
  return bodies;
}

/** Compares long lists by what is missing, twice or in a wrong place. */
function expectSame(actual: readonly unknown[], expected: readonly string[]): void {
  const at = expected.findIndex((body, index) => actual[index] !== body);
  expect({ count: actual.length, firstWrong: at }).toEqual({ count: expected.length, firstWrong: -1 });
}

describe('a reload under load', () => {
  it('brings every record to a rotating file exactly once and in order, through 20 changes of its options', async () => {
    const path = join(folder, 'load', 'orders.jsonl');
    const options = (maxFileBytes: number): LogPipelineOptions => ({
      destinations: {
        files: { exporter: { type: 'rotating-file', path, maxFileBytes, maxFiles: Infinity } },
      },
    });
    const pipeline = createLogPipeline(options(100_000));
    const bodies = await underLoad(pipeline, async () => {
      for (let round = 0; round < 20; round += 1) {
        await pipeline.reload(options(20_000 + round * 1000));
        await setImmediate();
      }
    });
    await pipeline.shutdown();
    expectSame(bodiesIn(join(folder, 'load')), bodies);
    const { destinations, reloads } = pipeline.stats();
    expect(reloads).toEqual({ succeeded: 20, failed: 0 });
    expect(destinations['files']).toMatchObject({
      filters: { emitted: bodies.length, passed: bodies.length },
      queue: { accepted: bodies.length, delivered: bodies.length, queued: 0 },
    });
  });

  it('brings every record to exporters that change, to one that stays, and none to one that is gone', async () => {
    const stays = new CollectingExporter();
    const gone = new CollectingExporter();
    const changing: CollectingExporter[] = [];
    const options = (): LogPipelineOptions => {
      const exporter = new CollectingExporter();
      changing.push(exporter);
      return { destinations: { stays: { exporter: stays }, changes: { exporter } } };
    };
    const first = options();
    const pipeline = createLogPipeline({ destinations: { ...first.destinations, gone: { exporter: gone } } });
    const bodies = await underLoad(pipeline, async () => {
      for (let round = 0; round < 20; round += 1) await pipeline.reload(options());
    });
    await pipeline.shutdown();
    expectSame(stays.bodies, bodies);
    expectSame(
      changing.flatMap((exporter) => exporter.bodies),
      bodies,
    );
    expect(changing.map(({ calls }) => calls.filter((call) => call === 'shutdown').length)).toEqual(
      changing.map(() => 1),
    );
    const { destinations, removedQueues } = pipeline.stats();
    expect(destinations['changes']?.queue).toMatchObject({ accepted: bodies.length, delivered: bodies.length });
    expect(removedQueues?.delivered).toBe(gone.records.length);
    expectSame(gone.bodies, bodies.slice(0, gone.records.length));
  });

  it('runs after another one that has not ended', async () => {
    const path = join(folder, 'serial', 'orders.jsonl');
    const order: number[] = [];
    const options = (maxLineBytes: number): LogPipelineOptions => ({
      destinations: { files: { exporter: { type: 'rotating-file', path, maxLineBytes } } },
    });
    const pipeline = createLogPipeline(options(2000));
    const bodies = await underLoad(pipeline, async () => {
      const reloads = Array.from({ length: 5 }, (_, round) =>
        pipeline.reload(options(3000 + round)).then(() => order.push(round)),
      );
      await Promise.all(reloads);
    });
    await pipeline.shutdown();
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expectSame(bodiesIn(join(folder, 'serial')), bodies);
  });
});

describe('a reload', () => {
  it('changes nothing when the options are bad, says why, and goes on', async () => {
    const exporter = new CollectingExporter();
    const extra = new CollectingExporter();
    const path = join(folder, 'bad', 'orders.jsonl');
    const files = { exporter: { type: 'rotating-file', path } } as const;
    const pipeline = createLogPipeline({ destinations: { one: { exporter }, files } });
    const logger = loggerOf(pipeline);
    logger.emit({ body: 1 });
    const bad: unknown[] = [
      { destinations: { one: { exporter }, files, two: { exporter: extra, minimumSeverity: 'loud' } } },
      { destinations: { one: { exporter, queue: { maxQueueSize: 0 } } } },
      { destinations: { one: { exporter }, files: { exporter: { ...files.exporter, maxFileBytes: -1 } } } },
      { destinations: { one: { exporter, redaction: { policy: 'none' } } } },
      { destinations: { one: { exporter } }, loggers: { rules: 7 } },
      undefined,
    ];
    for (const options of bad) {
      await expect(pipeline.reload(options as LogPipelineOptions)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    }
    logger.emit({ body: 2 });
    await pipeline.shutdown();
    expect(exporter.bodies).toEqual([1, 2]);
    expect(bodiesIn(join(folder, 'bad'))).toEqual(['1', '2']);
    expect(extra.calls).toContain('shutdown');
    expect(pipeline.stats().reloads).toEqual({ succeeded: 0, failed: bad.length });
    await expect(pipeline.reload({ destinations: {} })).rejects.toMatchObject({ code: 'ALREADY_SHUTDOWN' });
  });

  it('refuses an exporter of the running pipeline that would be shut down', async () => {
    const exporter = new CollectingExporter();
    await using pipeline = createLogPipeline({ destinations: { one: { exporter } } });
    await expect(pipeline.reload({ destinations: { two: { exporter } } })).rejects.toThrow(
      'destinations.two has the exporter or processor of the running destination "one"',
    );
    expect(exporter.calls).toEqual([]);
  });

  it('asks the source, and on the signal', async () => {
    let level: 'info' | 'error' = 'error';
    const exporter = new CollectingExporter();
    const options = (): LogPipelineOptions => ({
      destinations: { one: { exporter, minimumSeverity: level } },
      reload: { source: options, signal: 'SIGUSR2' },
    });
    const pipeline = createLogPipeline(options());
    const logger = loggerOf(pipeline);
    logger.emit({ severityNumber: 9, body: 'before' });
    level = 'info';
    process.kill(process.pid, 'SIGUSR2');
    await expect.poll(() => pipeline.stats().reloads.succeeded).toBe(1);
    logger.emit({ severityNumber: 9, body: 'after' });
    await pipeline.reload();
    await pipeline.shutdown();
    expect(exporter.bodies).toEqual(['after']);
    expect(exporter.calls.filter((call) => call === 'shutdown')).toHaveLength(1);
    expect(process.listenerCount('SIGUSR2')).toBe(0);
  });

  it('goes from nothing to destinations and back', async () => {
    const exporter = new CollectingExporter();
    const pipeline = createLogPipeline({ destinations: {} });
    const logger = loggerOf(pipeline);
    logger.emit({ body: 1 });
    await pipeline.reload({ destinations: { one: { exporter } }, redaction: { policy: 'default' } });
    logger.emit({ body: 'from ada@example.org' });
    await pipeline.reload({ destinations: { one: { exporter } }, disabled: true });
    logger.emit({ body: 3 });
    expect(exporter.bodies).toEqual(['from [EMAIL]']);
    expect(exporter.calls).toContain('shutdown');
    expect(pipeline.stats().removedQueues?.delivered).toBe(1);
    await pipeline.shutdown();
  });

  it('changes redaction and filters of what stays, and calls the new hooks', async () => {
    const told: string[] = [];
    const broken: LogRecordProcessor = {
      onEmit() {
        throw new Error('no');
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const exporter = new CollectingExporter();
    const options = (name: string, policy: 'default' | 'secrets-only'): LogPipelineOptions => ({
      destinations: { one: { exporter }, broken: { processor: broken } },
      redaction: { policy },
      onError: (_, destination) => told.push(`${name} ${destination}`),
    });
    const pipeline = createLogPipeline(options('first', 'secrets-only'));
    const logger = loggerOf(pipeline);
    logger.emit({ body: 'ada@example.org' });
    await expect.poll(() => told).toEqual(['first broken']);
    await pipeline.reload(options('second', 'default'));
    logger.emit({ body: 'ada@example.org' });
    await pipeline.shutdown();
    expect(exporter.bodies).toEqual(['ada@example.org', '[EMAIL]']);
    expect(told).toEqual(['first broken', 'second broken']);
  });

  it('takes over a file when the one that writes it has ended, even when that takes long', async () => {
    const path = join(folder, 'slow', 'orders.jsonl');
    mkdirSync(join(folder, 'slow'), { mode: 0o700 });
    let release = (): void => {};
    const slow: LogRecordExporter = {
      export: (_, callback) => {
        release = () => callback({ code: 0 });
      },
      forceFlush: async () => {},
      shutdown: async () => {},
    };
    const file = (maxFileBytes: number) => ({ exporter: { type: 'rotating-file', path, maxFileBytes } }) as const;
    const pipeline = createLogPipeline({ destinations: { slow: { exporter: slow }, files: file(100_000) } });
    const logger = loggerOf(pipeline);
    logger.emit({ body: 1 });
    const done = pipeline.reload({ destinations: { files: file(200_000) } });
    await setImmediate();
    logger.emit({ body: 2 });
    await expect.poll(() => pipeline.stats().reloads.succeeded).toBe(1);
    expect(pipeline.stats().destinations['files']?.filters.passed).toBe(2);
    release();
    await done;
    await pipeline.shutdown();
    expect(bodiesIn(join(folder, 'slow'))).toEqual(['1', '2']);
  });
});
