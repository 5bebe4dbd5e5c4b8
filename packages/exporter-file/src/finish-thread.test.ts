// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { expect, it, vi } from 'vitest';

import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';
import { watchThreads } from './test-support/watch-threads.ts';

it('the thread that compresses is kept for the next file, and ends when for 5 s none came, or at the shutdown', async () => {
  const logs = new LogDirectory();
  const clock = new ManualClock();
  const exporter = fileExporter({ path: logs.at('orders.jsonl'), compression: 'gzip', clock });
  const ends = watchThreads();
  const compressOne = async (): Promise<void> => {
    const { archivedFiles } = exporter.stats();
    await sendLines(exporter, ['{}']);
    await exporter.rotate();
    await vi.waitFor(() => expect(exporter.stats().archivedFiles).toBe(archivedFiles + 1), 30_000);
  };
  for (let file = 0; file < 3; file += 1) {
    await compressOne();
    await clock.advance(4_999);
  }
  expect(ends).toHaveLength(1);
  await clock.advance(1);
  await ends[0];
  await compressOne();
  expect(ends).toHaveLength(2);
  await exporter.shutdown();
  await ends[1];
  expect(logs.names()).toStrictEqual([
    'orders.000001.jsonl.gz',
    'orders.000002.jsonl.gz',
    'orders.000003.jsonl.gz',
    'orders.000004.jsonl.gz',
  ]);
});
