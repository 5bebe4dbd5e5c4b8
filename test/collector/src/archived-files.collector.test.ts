// SPDX-License-Identifier: Apache-2.0
import { systemClock } from '@logferry/core';
import { RotatingFileLogRecordExporter, type RotatingFileOptions } from '@logferry/exporter-file';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { CollectedRecord } from './collected-records.ts';
import { type RunningCollector, startCollector } from './collector.ts';
import { nanosOf } from './corpus/corpus.ts';
import { corpusEntries, emitCorpus } from './corpus/emit-corpus.ts';
import { describeCollector } from './describe-collector.ts';
import { ascending, emitNumbered, numbersOf } from './numbered-records.ts';
import { ourGrpcProcessor } from './our-grpc-processor.ts';
import { sdkLines } from './sdk-line.ts';

const [line] = sdkLines;

const DAY_SECONDS = 86_400;

/** A few records a batch, so that there are many writes and files. */
const BATCHING = { environment: {}, maxExportBatchSize: 3 };

/** The tools that open what is compressed, by what the exporter adds to a name. */
const UNPACK: Readonly<Record<string, readonly [string, ...string[]]>> = {
  '.gz': ['gzip', '-dc'],
  '.zst': ['zstd', '-dcq'],
};

interface Way {
  readonly name: string;
  /** What opens its files. */
  readonly suffix: '' | '.gz' | '.zst';
  readonly processor: (options: RotatingFileOptions, directory: string) => BatchingLogRecordProcessor;
}

const HERE = (options: RotatingFileOptions): BatchingLogRecordProcessor =>
  new BatchingLogRecordProcessor(new RotatingFileLogRecordExporter(options), BATCHING);

const IN_WORKER = (options: RotatingFileOptions): BatchingLogRecordProcessor =>
  new BatchingLogRecordProcessor(new WorkerLogRecordExporter(RotatingFileLogRecordExporter, options), BATCHING);

const WAYS: readonly Way[] = [
  { name: 'rotated by time', suffix: '', processor: (options) => HERE({ ...options, ...byTime() }) },
  {
    name: 'rotated by size, compressed with gzip in an archive',
    suffix: '.gz',
    processor: (options, directory) =>
      HERE({ ...options, ...bySize(), compression: 'gzip', archiveDirectory: join(directory, 'archive') }),
  },
  {
    name: 'rotated by size and time, compressed with zstd',
    suffix: '.zst',
    processor: (options) => HERE({ ...options, ...bySize(), ...byTime(), compression: 'zstd' }),
  },
  {
    name: 'written in a worker thread, rotated by size and time, with all limits of retention, compressed with gzip',
    suffix: '.gz',
    processor: (options) => {
      makeOld(options.path ?? '');
      const retention = { maxAgeMillis: 7 * DAY_SECONDS * 1000, maxTotalBytes: 2 ** 30 };
      return IN_WORKER({ ...options, ...bySize(), ...retention, rotateEvery: 'day', compression: 'gzip' });
    },
  },
];

function bySize(): RotatingFileOptions {
  return { maxFileBytes: 2048, maxLineBytes: 1024 };
}

/** Each look at this clock finds it half a minute later. */
function byTime(): RotatingFileOptions {
  let now = Date.UTC(2026, 9, 25);
  const wallMillis = (): number => (now += 30_000);
  return { rotateEvery: 'minute', timeZone: 'Europe/Berlin', clock: { ...systemClock, wallMillis } };
}

/** Makes the current file, if there is one, that of the day before. */
function makeOld(path: string): void {
  const yesterday = Date.now() / 1000 - DAY_SECONDS;
  if (existsSync(path)) utimesSync(path, yesterday, yesterday);
}

function hasTool([command]: readonly [string, ...string[]]): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Puts every file of a directory into another one as it was written, by the ordinary tools. @returns their names. */
function unpackAll(from: string, to: string): string[] {
  const names = readdirSync(from, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  for (const name of names) {
    const [suffix, tool] = Object.entries(UNPACK).find(([ending]) => name.endsWith(ending)) ?? ['', undefined];
    const plain = join(to, name.slice(0, name.length - suffix.length));
    if (tool === undefined) {
      copyFileSync(join(from, name), plain);
      continue;
    }
    const [command, ...args] = tool;
    writeFileSync(plain, execFileSync(command, [...args, join(from, name)], { maxBuffer: 2 ** 28 }));
  }
  return names;
}

describeCollector('files that were rotated, compressed and archived, read by the Collector', (binary) => {
  for (const way of WAYS) {
    const tool = UNPACK[way.suffix];
    const isMissing = tool !== undefined && !hasTool(tool);
    describe.skipIf(isMissing)(`${way.name}${isMissing ? `: no ${tool[0]} command is here` : ''}`, () => {
      let directory: string;
      let collector: RunningCollector<'grpc' | 'file'>;
      let byGrpc: ReadonlyMap<string | undefined, CollectedRecord>;
      let fromFile: readonly CollectedRecord[];
      const rotated: string[] = [];

      beforeAll(async () => {
        directory = await mkdtemp(join(tmpdir(), 'logferry-archived-'));
        const [logs, read] = [join(directory, 'logs'), join(directory, 'read')];
        mkdirSync(read);
        collector = await startCollector(binary, {
          grpc: { kind: 'otlp-grpc' },
          file: { kind: 'otlp-json-file', include: join(read, '*.jsonl') },
        });
        await emitCorpus(line, () => [
          ourGrpcProcessor({ endpoint: `http://${collector.endpoint('grpc')}` }),
          way.processor({ path: join(logs, 'corpus.jsonl'), maxFiles: 10_000 }, directory),
        ]);
        rotated.push(...unpackAll(logs, read).filter((name) => name !== 'corpus.jsonl'));
        if (existsSync(join(directory, 'archive'))) rotated.push(...unpackAll(join(directory, 'archive'), read));
        await collector.waitForRecords('file', corpusEntries.length);
        await collector.stop();
        byGrpc = new Map((await collector.records('grpc')).map((found) => [found.record.observedTimeUnixNano, found]));
        fromFile = await collector.records('file');
      });

      afterAll(async () => {
        await collector.dispose();
        await rm(directory, { recursive: true });
      });

      test('there are many, all of them compressed where that is asked for', () => {
        expect(rotated.length).toBeGreaterThan(5);
        expect(rotated.filter((name) => !name.endsWith(`.jsonl${way.suffix}`))).toEqual([]);
      });

      test('they give every record of the corpus once, and as gRPC sent it', () => {
        const emitted = corpusEntries.map(({ record }) => nanosOf(record.observedTimestamp));
        expect(fromFile.map(({ record }) => record.observedTimeUnixNano ?? '').toSorted()).toEqual(emitted.toSorted());
        for (const found of fromFile) expect(found).toEqual(byGrpc.get(found.record.observedTimeUnixNano));
      });
    });
  }

  test('what the retention leaves of a log that a worker thread writes is the newest, without a gap', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'logferry-retention-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const [logs, read] = [join(directory, 'logs'), join(directory, 'read')];
    mkdirSync(read);
    const exporter = new WorkerLogRecordExporter(RotatingFileLogRecordExporter, {
      path: join(logs, 'orders.jsonl'),
      maxFileBytes: 256 * 1024,
      maxFiles: 4,
      maxAgeMillis: 60_000,
      maxTotalBytes: 8 * 1024 * 1024,
      rotateEvery: 'minute',
      rotatedName: '{date}-{time}-{sequence}-{reason}',
      compression: 'gzip',
    });
    const count = 30_000;
    await emitNumbered(line, new BatchingLogRecordProcessor(exporter, { environment: {} }), count);
    expect(unpackAll(logs, read)).toHaveLength(4);
    const collector = await startCollector(binary, {
      file: { kind: 'otlp-json-file', include: join(read, '*.jsonl') },
    });
    onTestFinished(() => collector.dispose());
    const texts = readdirSync(read).map((name) => readFileSync(join(read, name), 'utf8'));
    await collector.waitForRecords('file', texts.join('').match(/"observedTimeUnixNano"/g)?.length ?? 0);
    await collector.stop();
    const numbers = numbersOf(await collector.records('file')).toSorted(ascending);
    const first = numbers[0] ?? 0;
    expect(first).toBeGreaterThan(0);
    expect(numbers).toEqual(Array.from({ length: count - first }, (_, index) => first + index));
  });
});
