// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { expect, it, onTestFinished, vi } from 'vitest';

import { fileExporter, sendLines } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

/** The threads that start from now on. */
function watchThreads(): Worker[] {
  const threads: Worker[] = [];
  const started = (message: unknown): void => {
    threads.push((message as { readonly worker: Worker }).worker);
  };
  subscribe('worker_threads', started);
  onTestFinished(() => void unsubscribe('worker_threads', started));
  return threads;
}

it('the thread that compresses is kept for the next file, and ends when for 5 s none came, or at the shutdown', async () => {
  const logs = new LogDirectory();
  const clock = new ManualClock();
  const exporter = fileExporter({ path: logs.at('orders.jsonl'), compression: 'gzip', clock });
  const threads = watchThreads();
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
  expect(threads).toHaveLength(1);
  const ended = once(threads[0], 'exit');
  await clock.advance(1);
  await ended;
  await compressOne();
  expect(threads).toHaveLength(2);
  const last = once(threads[1], 'exit');
  await exporter.shutdown();
  await last;
  expect(logs.names()).toStrictEqual([
    'orders.000001.jsonl.gz',
    'orders.000002.jsonl.gz',
    'orders.000003.jsonl.gz',
    'orders.000004.jsonl.gz',
  ]);
});
