// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerHandle } from '@logferry/core';

/** The signal of one attempt: its caller's, or its deadline. */
export class TimedAttempt {
  readonly #controller = new AbortController();
  readonly #abort = (): void => this.#controller.abort();
  readonly #caller: AbortSignal;
  readonly #timer: TimerHandle | undefined;
  #expired = false;

  /** @param timeoutMillis 0: no deadline. */
  constructor(timeoutMillis: number, clock: Clock, caller: AbortSignal) {
    this.#caller = caller;
    caller.addEventListener('abort', this.#abort, { once: true });
    if (timeoutMillis > 0) {
      this.#timer = clock.setTimer(() => {
        this.#expired = true;
        this.#controller.abort();
      }, timeoutMillis);
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get expired(): boolean {
    return this.#expired;
  }

  end(): void {
    this.#timer?.cancel();
    this.#caller.removeEventListener('abort', this.#abort);
  }
}
