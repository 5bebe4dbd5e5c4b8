// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerHandle } from '@logferry/core';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

import type { ArchivedFile, FinishJob } from './finish-file.ts';
import type { FinishAnswer, FinishRequest } from './finish-worker.ts';

/** How long the thread is kept for the next file: its start takes as much time as several MiB of logs. */
const REST_MILLIS = 5_000;

/**
 * The worker thread in which rotated files are finished. It is there when it is needed, and keeps no process alive. With its
 * first job that is not urgent it gives up its priority, which it can't get back: an urgent job takes a new thread then.
 */
export class FinishThread {
  readonly #clock: Clock;
  #worker: Worker | undefined;
  #standsBack = false;
  #resting: TimerHandle | undefined;
  #isHeld = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** From now on the thread keeps the process alive while it works. */
  hold(): void {
    this.#isHeld = true;
    this.#worker?.ref();
  }

  /** Finishes one file; the next comes when this one is done. Rejects where that fails, or when the thread dies of it. */
  async finish(job: FinishJob, isUrgent: boolean): Promise<ArchivedFile | undefined> {
    this.#resting?.cancel();
    if (isUrgent && this.#standsBack) await this.#end();
    const worker = (this.#worker ??= this.#start());
    this.#standsBack ||= !isUrgent;
    if (this.#isHeld) worker.ref();
    const answer = await answerOf(worker, { job, isUrgent }).catch((error: unknown) => {
      // It has ended or is about to.
      if (this.#worker === worker) this.#worker = undefined;
      throw error;
    });
    if (answer.ok) return answer.file;
    throw Object.assign(new Error(answer.message), { code: answer.code });
  }

  /** Nothing is left to do for now. */
  async rest(): Promise<void> {
    this.#resting?.cancel();
    if (this.#isHeld) await this.#end();
    else this.#resting = this.#clock.setTimer(() => void this.#end(), REST_MILLIS);
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #start(): Worker {
    const name = import.meta.url.endsWith('.ts') ? './finish-worker.ts' : './finish-worker.js';
    this.#standsBack = false;
    // Nothing of the application is loaded there: no preloaded modules, no options for other programs.
    const worker = new Worker(new URL(name, import.meta.url), { execArgv: [], env: {} });
    worker.unref();
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    // Whoever waits for an answer learns it from the exit; without a listener a thread that dies at rest would end the process.
    worker.on('error', () => {});
    return worker;
  }
}

/** Rejects when the thread ends without an answer. */
async function answerOf(worker: Worker, request: FinishRequest): Promise<FinishAnswer> {
  const listening = new AbortController();
  const { signal } = listening;
  try {
    const answer = once(worker, 'message', { signal });
    const ended = once(worker, 'exit', { signal }).then(() => {
      throw new Error('the worker thread ended');
    });
    worker.postMessage(request);
    const [message] = await Promise.race([answer, ended]);
    return message as FinishAnswer;
  } finally {
    listening.abort();
  }
}
