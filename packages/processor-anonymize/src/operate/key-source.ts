// SPDX-License-Identifier: Apache-2.0
import { type Clock, type Diagnostics, LogferryError, type TimerHandle } from '@logferry/core';

import type { KeyOptions, KeyProvider } from './key-options.ts';
import { KeyRing } from './key-ring.ts';

/** A provider that takes longer has failed; what it answers later is ignored. */
const DEADLINE_MILLIS = 30_000;

/** After a failure it is asked again earlier than the interval says. */
const RETRY_MILLIS = 30_000;

export interface KeySourceOptions {
  readonly provider: KeyProvider;
  /** Undefined: only `load` asks the provider again. */
  readonly refreshIntervalMillis: number | undefined;
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
}

/** A ring whose keys a provider gives, at the start and again and again. While it fails the last keys stay. */
export class KeySource {
  readonly ring: KeyRing = new KeyRing();
  /** Times that the provider gave no usable keys. */
  failures = 0;
  readonly #options: KeySourceOptions;
  #loading: Promise<void> | undefined;
  #timer: TimerHandle | undefined;
  #giveUp: (() => void) | undefined;
  #isFailing = false;
  #isStopped = false;

  /**
   * Asks the provider. One that answers at once has to give usable keys: what it throws is thrown.
   * @throws LogferryError `INVALID_OPTION`
   */
  constructor(options: KeySourceOptions) {
    this.#options = options;
    const keys = options.provider();
    if (isPromise(keys)) {
      void this.#begin(keys).catch(() => {});
    } else {
      this.ring.replace(keys);
      this.#schedule();
    }
  }

  /** Asks the provider, or waits for an answer that is on its way. Rejects when there are no usable keys. */
  async load(): Promise<void> {
    this.#loading ??= this.#begin(this.#ask());
    await this.#loading;
  }

  /** Asks no more, and waits for no answer. */
  stop(): void {
    this.#isStopped = true;
    this.#timer?.cancel();
    this.#giveUp?.();
  }

  /** A provider that throws rejects. */
  async #ask(): Promise<readonly KeyOptions[]> {
    return await this.#options.provider();
  }

  #begin(answer: Promise<readonly KeyOptions[]>): Promise<void> {
    this.#loading = this.#take(answer).finally(() => {
      this.#loading = undefined;
      this.#schedule();
    });
    return this.#loading;
  }

  async #take(answer: Promise<readonly KeyOptions[]>): Promise<void> {
    const { diagnostics } = this.#options;
    try {
      this.ring.replace(await this.#inTime(answer));
    } catch (error) {
      if (this.#isStopped) throw error;
      this.failures += 1;
      // What the provider threw is not said: it may hold a key.
      const state = this.ring.activeId === undefined ? 'keyed operators redact until it does' : 'the last keys stay';
      if (!this.#isFailing) diagnostics.error('keys', `the provider gave no usable keys; ${state}`);
      this.#isFailing = true;
      throw error;
    }
    if (this.#isFailing) diagnostics.info('keys', 'the provider gives keys again');
    this.#isFailing = false;
  }

  #inTime(answer: Promise<readonly KeyOptions[]>): Promise<readonly KeyOptions[]> {
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.setTimer(() => {
        reject(new LogferryError('DEADLINE_EXCEEDED', `the provider gave no keys within ${DEADLINE_MILLIS} ms`));
      }, DEADLINE_MILLIS);
      this.#giveUp = () => {
        timer.cancel();
        reject(new LogferryError('ALREADY_SHUTDOWN', 'the processor was shut down while it waited for keys'));
      };
      void answer.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  #schedule(): void {
    const { refreshIntervalMillis, clock } = this.#options;
    if (refreshIntervalMillis === undefined || this.#isStopped) return;
    this.#timer?.cancel();
    const delay = this.#isFailing ? Math.min(RETRY_MILLIS, refreshIntervalMillis) : refreshIntervalMillis;
    this.#timer = clock.setTimer(() => void this.load().catch(() => {}), delay);
  }
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof (value as { then?: unknown } | undefined)?.then === 'function';
}
