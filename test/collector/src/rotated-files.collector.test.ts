// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningCollector, startCollector } from './collector.ts';
import { describeCollector } from './describe-collector.ts';
import { ascending, emitNumbered, numbersOf, numbersUpTo } from './numbered-records.ts';
import { ourFileProcessor } from './our-file-processor.ts';
import { sdkLines } from './sdk-line.ts';

const [line] = sdkLines;

// The Collector reads while our exporter writes and rotates.
describeCollector('files that rotate, read by the Collector', (binary) => {
  let directory: string;
  let collector: RunningCollector<'file'> | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'logferry-rotated-'));
  });

  afterEach(async () => {
    await collector?.dispose();
    await rm(directory, { recursive: true });
    collector = undefined;
  });

  async function start(): Promise<RunningCollector<'file'>> {
    const include = join(directory, '*.jsonl');
    collector = await startCollector(binary, { file: { kind: 'otlp-json-file', include } });
    return collector;
  }

  test('100,000 records are read complete and once, with a rotation every 1 MiB', async () => {
    const running = await start();
    const path = join(directory, 'orders.jsonl');
    const processor = ourFileProcessor({ path, maxFileBytes: 1024 * 1024, maxFiles: Infinity });
    await emitNumbered(line, processor, 100_000);
    expect((await readdir(directory)).length).toBeGreaterThan(10);
    await running.waitForRecords('file', 100_000);
    await running.stop();
    expect(numbersOf(await running.records('file')).toSorted(ascending)).toEqual(numbersUpTo(100_000));
  });

  // The receiver tells files apart by their first 1000 bytes. Were a longer resource there, all files but the first would be
  // skipped without a word.
  test('files are told apart when the resource is larger than what the receiver compares', async () => {
    const running = await start();
    const path = join(directory, 'orders.jsonl');
    const processor = ourFileProcessor({ path, maxFileBytes: 64 * 1024, maxFiles: Infinity });
    await emitNumbered(line, processor, 5000, { 'service.name': 'volume', 'process.command_line': 'x'.repeat(2000) });
    expect((await readdir(directory)).length).toBeGreaterThan(10);
    await running.waitForRecords('file', 5000);
    await running.stop();
    expect(numbersOf(await running.records('file')).toSorted(ascending)).toEqual(numbersUpTo(5000));
  });
});
