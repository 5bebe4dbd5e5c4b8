// SPDX-License-Identifier: Apache-2.0
import { backoffDelayMillis, type Clock } from '@logferry/core';

import type { RetryBudget } from './retry-budget.ts';
import {
  type AcceptedAttempt,
  causeOf,
  type FailureCause,
  type RefusedAttempt,
  refusalReason,
  type Transport,
} from './transport.ts';

/** What became of a request after its retries. */
export type RequestOutcome =
  | AcceptedAttempt
  /** The server may take it in smaller parts. */
  | { readonly kind: 'exhausted'; readonly reason: string; readonly cause: FailureCause }
  /** It will never be taken, or the budget is used up. */
  | { readonly kind: 'dropped'; readonly reason: string; readonly cause: FailureCause }
  /** The signal ended it before the server took it. */
  | {
      readonly kind: 'cancelled';
      readonly reason: string;
      readonly cause: FailureCause;
      readonly retryAfterMillis: number | undefined;
    };

/** Of an export that its caller ended before any attempt was refused. */
const CANCELLED: FailureCause = { errorType: 'cancelled', statusCode: undefined };

/** The longest that a server can make a client wait; it may ask for years. */
const LONGEST_RETRY_DELAY_MILLIS = 5 * 60_000;

/** What the retries tell their owner. */
export interface RetryObserver {
  /** An attempt was refused in a way that passes: another one follows, unless the signal ends the request before. */
  onRefused(refused: RefusedAttempt): void;
  /** An attempt begins that is not the first. */
  onRetry(): void;
}

/** Retries a transport's attempts as each refusal allows, with backoff and jitter, until the signal or the budget ends it. */
export class RetryingTransport {
  readonly #inner: Transport;
  readonly #budget: RetryBudget;
  readonly #clock: Clock;
  readonly #observer: RetryObserver;
  readonly #stopping = new AbortController();

  constructor(inner: Transport, budget: RetryBudget, clock: Clock, observer: RetryObserver) {
    this.#inner = inner;
    this.#budget = budget;
    this.#clock = clock;
    this.#observer = observer;
  }

  /** No attempt begins from now on: waits end, and requests settle as `cancelled` unless their last attempt succeeds. */
  stop(): void {
    this.#stopping.abort();
  }

  /** Never rejects. */
  async send(bytes: Uint8Array, signal: AbortSignal): Promise<RequestOutcome> {
    const { backoff, maxAttempts, maxElapsedMillis } = this.#budget;
    const startedAtMillis = this.#clock.monotonicMillis();
    let reason = 'cancelled before it was acknowledged';
    let cause = CANCELLED;
    let refreshed = false;
    for (let attempt = 1; ; attempt += 1) {
      if (this.#stopping.signal.aborted) return { kind: 'cancelled', reason, cause, retryAfterMillis: undefined };
      if (attempt > 1) this.#observer.onRetry();
      const outcome = await this.#inner.send(bytes, signal);
      if (outcome.kind === 'accepted') return outcome;
      if (outcome.kind === 'cancelled') return { kind: 'cancelled', reason, cause, retryAfterMillis: undefined };

      reason = refusalReason(outcome);
      cause = causeOf(outcome);
      // Once in a row: what the server refuses again, with other credentials, it will refuse for ever.
      const refresh = outcome.decision === 'refresh' && !refreshed;
      refreshed = outcome.decision === 'refresh';
      if (outcome.decision === 'drop' || (refreshed && !refresh)) return { kind: 'dropped', reason, cause };
      if (outcome.decision === 'split') return { kind: 'exhausted', reason, cause };
      if (attempt >= maxAttempts) {
        return { kind: 'dropped', reason: `given up after ${attempt} attempts: ${reason}`, cause };
      }
      if (refresh) continue;

      const atLeast = Math.min(outcome.retryDelayMillis ?? 0, LONGEST_RETRY_DELAY_MILLIS);
      const delayMillis = backoffDelayMillis(backoff, attempt, atLeast, Math.random);
      const resumeAtMillis = this.#clock.monotonicMillis() + delayMillis;
      if (resumeAtMillis - startedAtMillis > maxElapsedMillis) {
        reason = `given up after ${attempt} attempts and ${maxElapsedMillis} ms: ${reason}`;
        return { kind: 'dropped', reason, cause };
      }
      this.#observer.onRefused(outcome);
      // The connection has a backoff of its own; once it stands, a request that never left has nothing to wait for.
      const earlier = outcome.unsent === true && outcome.retryDelayMillis === undefined ? this.#inner : undefined;
      await waitUnlessAborted(this.#clock, delayMillis, [signal, this.#stopping.signal], earlier);
      if (signal.aborted || this.#stopping.signal.aborted) {
        const retryAfterMillis = Math.max(0, resumeAtMillis - this.#clock.monotonicMillis());
        return { kind: 'cancelled', reason, cause, retryAfterMillis };
      }
    }
  }
}

/** Resolves after the delay, or when the transport is connected, or at once when one of the signals is aborted. */
async function waitUnlessAborted(
  clock: Clock,
  delayMillis: number,
  signals: readonly AbortSignal[],
  transport: Transport | undefined,
): Promise<void> {
  if (signals.some(({ aborted }) => aborted)) return;
  await new Promise<void>((resolve) => {
    const stopWaiting = transport?.onceConnected?.(finish);
    const timer = clock.setTimer(finish, delayMillis);
    for (const signal of signals) signal.addEventListener('abort', finish, { once: true });
    function finish(): void {
      timer.cancel();
      stopWaiting?.();
      for (const signal of signals) signal.removeEventListener('abort', finish);
      resolve();
    }
  });
}
