// SPDX-License-Identifier: Apache-2.0
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { onTestFinished } from 'vitest';

/** The ends of the worker threads that start from now on, until the end of the test. */
export function watchThreads(): Promise<unknown>[] {
  const ends: Promise<unknown>[] = [];
  const started = (message: unknown): void => {
    ends.push(once((message as { readonly worker: Worker }).worker, 'exit'));
  };
  subscribe('worker_threads', started);
  onTestFinished(() => void unsubscribe('worker_threads', started));
  return ends;
}
