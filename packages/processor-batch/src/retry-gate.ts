// SPDX-License-Identifier: Apache-2.0
import { backoffDelayMillis, type BackoffPolicy } from '@logferry/core';

/**
 * Between sends of a batch that could not be delivered. The exporter's own retries come before it, so it starts no lower
 * than half a second; ten seconds at most, so that a backlog does not wait long for a destination that is back.
 */
const BACKOFF: BackoffPolicy = { initialMillis: 500, maxMillis: 10_000, multiplier: 2, jitter: 0.2 };

/** While someone waits for a flush or a shutdown, the backoff is no longer than this. */
const DRAINING_WAIT_MILLIS = 1000;

/** A server that asks for more is taken to be mistaken: the queue would fill long before. */
const LONGEST_SERVER_WAIT_MILLIS = 3_600_000;

/**
 * When the next send may start. A destination that turned a batch away is left alone for a while, by every batch. What
 * the server asked for is always kept; the backoff on top is ours.
 */
export class RetryGate {
  readonly #random: () => number;
  #failures = 0;
  #epoch = 0;
  #lastFailureMillis = -Infinity;
  #backoffEndMillis = -Infinity;
  #serverEndMillis = -Infinity;

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Whether the last thing known of the destination is that it took nothing: one send at a time finds out. */
  get isProbing(): boolean {
    return this.#failures > 0;
  }

  /** To be remembered when a send starts: it changes with each failure that says something new. */
  get epoch(): number {
    return this.#epoch;
  }

  /** A send that began in `epoch` has ended now without delivery. */
  failed(epoch: number, nowMillis: number, retryAfterMillis: number | undefined): void {
    // Sends that run beside each other fail together; that is one failure, not several.
    if (epoch === this.#epoch) {
      this.#failures += 1;
      this.#epoch += 1;
    }
    this.#lastFailureMillis = nowMillis;
    const backoff = backoffDelayMillis(BACKOFF, this.#failures, 0, this.#random);
    this.#backoffEndMillis = Math.max(this.#backoffEndMillis, nowMillis + backoff);
    if (retryAfterMillis === undefined || !(retryAfterMillis > 0)) return;
    const asked = Math.min(retryAfterMillis, LONGEST_SERVER_WAIT_MILLIS);
    const delay = backoffDelayMillis(BACKOFF, this.#failures, asked, this.#random);
    this.#serverEndMillis = Math.max(this.#serverEndMillis, nowMillis + delay);
  }

  /** A send that began in `epoch` got an answer. */
  succeeded(epoch: number): void {
    if (epoch !== this.#epoch) return;
    this.#failures = 0;
    this.#backoffEndMillis = -Infinity;
    this.#serverEndMillis = -Infinity;
  }

  /** Milliseconds until the next send may start; 0 or less: now. */
  waitMillis(nowMillis: number, isDraining: boolean): number {
    const backoffEnd = isDraining
      ? Math.min(this.#backoffEndMillis, this.#lastFailureMillis + DRAINING_WAIT_MILLIS)
      : this.#backoffEndMillis;
    return Math.max(backoffEnd, this.#serverEndMillis) - nowMillis;
  }
}
