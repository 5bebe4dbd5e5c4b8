// SPDX-License-Identifier: Apache-2.0
import { type BackoffPolicy, backoffDelayMillis, type Clock, type TimerHandle } from '@logferry/core';

import { shortReason } from './problem.ts';
import type { FromThread, ToThread } from './protocol.ts';
import { WorkerThread, type WorkerThreadSettings } from './worker-thread.ts';

export interface ThreadKeeperEvents {
  /** The exporter in the worker takes messages now. */
  ready(): void;
  message(message: FromThread): void;
  /** The worker is gone. */
  ended(end: ThreadEnd): void;
}

/** `stopped`: as it was told to; `crashed`: after its exporter was made; `unusable`: before. */
export interface ThreadEnd {
  readonly kind: 'stopped' | 'crashed' | 'unusable';
  readonly reason: string;
}

type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'waiting'; readonly timer: TimerHandle }
  | { readonly kind: 'running'; readonly thread: WorkerThread; isReady: boolean; startProblem: string | undefined };

/** Keeps one worker thread running as long as it is needed: one that dies is started again, after a growing delay. */
export class ThreadKeeper {
  readonly #settings: WorkerThreadSettings;
  readonly #restart: BackoffPolicy;
  readonly #clock: Clock;
  readonly #events: ThreadKeeperEvents;
  #state: State = { kind: 'stopped' };
  #startAtMillis = -Infinity;
  #failures = 0;
  #starts = 0;
  #crashes = 0;
  #isStopping = false;
  #whenStopped: (() => void) | undefined;

  constructor(settings: WorkerThreadSettings, restart: BackoffPolicy, clock: Clock, events: ThreadKeeperEvents) {
    this.#settings = settings;
    this.#restart = restart;
    this.#clock = clock;
    this.#events = events;
  }

  get starts(): number {
    return this.#starts;
  }

  get crashes(): number {
    return this.#crashes;
  }

  get isReady(): boolean {
    return this.#state.kind === 'running' && this.#state.isReady;
  }

  get isRunning(): boolean {
    return this.#state.kind === 'running';
  }

  /** Starts the thread, now or when the delay after its last end is over. */
  ensure(): void {
    if (this.#state.kind !== 'stopped') return;
    const delayMillis = this.#startAtMillis - this.#clock.monotonicMillis();
    if (delayMillis <= 0) this.startNow();
    else this.#state = { kind: 'waiting', timer: this.#clock.setTimer(() => this.startNow(), delayMillis) };
  }

  /** Starts the thread without waiting for the delay. */
  startNow(): void {
    if (this.#state.kind === 'running') return;
    if (this.#state.kind === 'waiting') this.#state.timer.cancel();
    this.#starts += 1;
    try {
      const thread = new WorkerThread(this.#settings, {
        message: (message) => this.#take(message),
        ended: (reason) => this.#end(reason),
      });
      this.#state = { kind: 'running', thread, isReady: false, startProblem: undefined };
    } catch (error) {
      this.#end(shortReason(error));
    }
  }

  /** Only where the thread is ready. */
  post(message: ToThread): void {
    if (this.#state.kind === 'running') this.#state.thread.post(message);
  }

  /** Ends a thread that hangs: that counts as a crash. */
  terminate(): void {
    if (this.#state.kind === 'running') this.#state.thread.terminate();
  }

  /** From now on the thread may end. */
  expectEnd(): void {
    this.#isStopping = true;
  }

  /** Ends the thread and resolves when it is gone. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    if (this.#state.kind === 'waiting') this.#state.timer.cancel();
    if (this.#state.kind !== 'running') return;
    const stopped = new Promise<void>((resolve) => {
      this.#whenStopped = resolve;
    });
    this.#state.thread.terminate();
    await stopped;
  }

  /** Blocks for messages, in a process whose event loop turns no more. */
  waitForMessages(timeoutMillis: number): void {
    if (this.#state.kind === 'running') this.#state.thread.waitForMessages(timeoutMillis);
  }

  /** The worker does its work: the next end is not one of a row. */
  noteSuccess(): void {
    this.#failures = 0;
  }

  #take(message: FromThread): void {
    const state = this.#state;
    if (state.kind !== 'running') return;
    if (message.kind === 'ready') {
      state.isReady = true;
      this.#events.ready();
    } else if (message.kind === 'unusable') {
      state.startProblem = message.reason;
    } else {
      this.#events.message(message);
    }
  }

  #end(reason: string): void {
    const isReady = this.#state.kind === 'running' && this.#state.isReady;
    const startProblem = this.#state.kind === 'running' ? this.#state.startProblem : undefined;
    this.#state = { kind: 'stopped' };
    this.#failures += 1;
    const kind = this.#isStopping ? 'stopped' : isReady ? 'crashed' : 'unusable';
    if (kind === 'crashed') this.#crashes += 1;
    const delayMillis = backoffDelayMillis(this.#restart, this.#failures, 0, Math.random);
    this.#startAtMillis = this.#clock.monotonicMillis() + delayMillis;
    this.#events.ended({ kind, reason: startProblem ?? reason });
    this.#whenStopped?.();
  }
}
