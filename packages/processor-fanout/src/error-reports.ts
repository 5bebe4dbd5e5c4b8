// SPDX-License-Identifier: Apache-2.0
import { AsyncResource } from 'node:async_hooks';

import { type Clock, type Diagnostics, LogferryError, type TimerHandle } from '@logferry/core';

/** What a destination did wrong. @param destination its name. */
export type ErrorHook = (error: LogferryError, destination: string) => void;

/** An error that comes with each record is reported once in this time. */
const REPORT_INTERVAL_MILLIS = 1000;

/**
 * Tells the application what destinations did wrong, through `diag` and the hook. Never from inside `onEmit`: a hook or a
 * diag logger that logs would come back into it. What a hook throws ends here.
 */
export class ErrorReports {
  readonly #hook: ErrorHook | undefined;
  readonly #diagnostics: Diagnostics;
  readonly #clock: Clock;
  /** The hook is the application's: it must not run in the context of the request whose record failed. */
  readonly #scope = new AsyncResource('LogferryFanOutReport');
  readonly #pending = new Map<string, { readonly destination: string; readonly error: LogferryError }>();
  #timer: TimerHandle | undefined;
  #lastMillis = -Infinity;

  constructor(hook: ErrorHook | undefined, diagnostics: Diagnostics, clock: Clock) {
    this.#hook = hook;
    this.#diagnostics = diagnostics;
    this.#clock = clock;
  }

  /** Reports the first error of its kind, soon. @param cause may hold a record: it is given to the hook, never said. */
  soon(destination: string, what: string, cause?: unknown): void {
    const key = `${what}:${destination}`;
    if (this.#pending.has(key)) return;
    this.#pending.set(key, { destination, error: failure(destination, what, cause) });
    if (this.#timer !== undefined) return;
    const sinceLastMillis = this.#clock.monotonicMillis() - this.#lastMillis;
    this.#timer = this.#clock.setTimer(() => this.flush(), Math.max(0, REPORT_INTERVAL_MILLIS - sinceLastMillis));
  }

  /** Reports an error at once; never call it from inside `onEmit`. */
  now(destination: string, key: string, error: LogferryError): void {
    this.#diagnostics.error(`${key}:${destination}`, error.message);
    try {
      // An async function is a legal hook; its rejection must not end the process.
      const result: unknown = this.#hook && this.#scope.runInAsyncScope(this.#hook, undefined, error, destination);
      if (result instanceof Promise) result.catch(() => this.#hookThrew());
    } catch {
      this.#hookThrew();
    }
  }

  /** Reports what waits. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#pending.size === 0) return;
    this.#lastMillis = this.#clock.monotonicMillis();
    const pending = [...this.#pending];
    this.#pending.clear();
    for (const [key, { destination, error }] of pending) this.now(destination, key, error);
  }

  #hookThrew(): void {
    this.#diagnostics.error('hook', 'the onError hook threw; what it threw is ignored');
  }
}

/** The error for something that a destination did. What it threw may hold a record or a secret, so it is only the cause. */
export function failure(destination: string, what: string, cause: unknown): LogferryError {
  const options = cause === undefined ? undefined : { cause };
  return new LogferryError('DESTINATION_FAILED', `the destination ${JSON.stringify(destination)} ${what}`, options);
}
