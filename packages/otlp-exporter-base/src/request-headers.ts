// SPDX-License-Identifier: Apache-2.0
import { type Clock, suppressTracing } from '@logferry/core';

import { checkHeaders, type HeaderNameRule } from './headers.ts';
import type { Headers, HeadersFunction } from './shared-options.ts';

/** The headers of one attempt, or why there are none; `details` never holds what a function threw, which may be a token. */
export type HeadersOutcome =
  | { readonly kind: 'headers'; readonly headers: Headers }
  | { readonly kind: 'failed'; readonly details: string }
  | { readonly kind: 'cancelled' };

/** How headers of a function are kept. */
export interface HeadersSettings {
  /** How long they are used; 0: the function is asked before each attempt. */
  readonly maxAgeMillis: number;
  readonly rule: HeaderNameRule;
}

/**
 * Where the headers of attempts come from. Attempts at the same time share one call of a function, and what it returned is
 * dropped when a server has refused it.
 */
export class RequestHeaders {
  readonly #source: Headers | HeadersFunction;
  readonly #settings: HeadersSettings;
  readonly #clock: Clock;
  #kept: { readonly headers: Headers; readonly atMillis: number } | undefined;
  #asking: Promise<Headers> | undefined;
  #wereRefused = false;

  /** @param source checked headers, or a function. */
  constructor(source: Headers | HeadersFunction, settings: HeadersSettings, clock: Clock) {
    this.#source = source;
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Whether other headers may be had after these were refused. */
  get canChange(): boolean {
    return typeof this.#source === 'function';
  }

  /** @param timeoutMillis how long a function may take; 0: as long as the signal lets. Never rejects. */
  async forAttempt(signal: AbortSignal, timeoutMillis: number): Promise<HeadersOutcome> {
    if (signal.aborted) return { kind: 'cancelled' };
    if (typeof this.#source !== 'function') return { kind: 'headers', headers: this.#source };
    const { maxAgeMillis } = this.#settings;
    if (this.#kept !== undefined && this.#clock.monotonicMillis() - this.#kept.atMillis < maxAgeMillis) {
      return { kind: 'headers', headers: this.#kept.headers };
    }
    return await this.#answerOf(this.#ask(this.#source), signal, timeoutMillis);
  }

  /** A server refused the credentials in headers that `forAttempt` gave. */
  refused(headers: Headers): void {
    // Of several attempts with the same headers the first one counts; the others come when new ones may be there.
    if (this.#kept?.headers !== headers) return;
    this.#kept = undefined;
    this.#wereRefused = true;
  }

  #ask(source: HeadersFunction): Promise<Headers> {
    if (this.#asking !== undefined) return this.#asking;
    const request = { previousRefused: this.#wereRefused };
    const asking = Promise.resolve()
      .then(() => suppressTracing(() => source(request)))
      .then((value) => {
        const headers = checkHeaders('headers()', value, this.#settings.rule);
        // Not after it was given up: another call may have brought newer ones.
        if (this.#asking === asking) {
          this.#kept = { headers, atMillis: this.#clock.monotonicMillis() };
          this.#wereRefused = false;
        }
        return headers;
      })
      .finally(() => this.#forget(asking));
    this.#asking = asking;
    return asking;
  }

  #forget(asking: Promise<Headers>): void {
    if (this.#asking === asking) this.#asking = undefined;
  }

  #answerOf(asking: Promise<Headers>, signal: AbortSignal, timeoutMillis: number): Promise<HeadersOutcome> {
    return new Promise((resolve) => {
      const end = (outcome: HeadersOutcome): void => {
        timer?.cancel();
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      };
      const onAbort = (): void => end({ kind: 'cancelled' });
      const onTimeout = (): void => {
        // It may never answer: the next attempt asks anew.
        this.#forget(asking);
        end({ kind: 'failed', details: `the headers function did not answer within ${timeoutMillis} ms` });
      };
      const timer = timeoutMillis === 0 ? undefined : this.#clock.setTimer(onTimeout, timeoutMillis);
      signal.addEventListener('abort', onAbort, { once: true });
      asking.then(
        (headers) => end({ kind: 'headers', headers }),
        () => end({ kind: 'failed', details: 'the headers function failed' }),
      );
    });
  }
}
