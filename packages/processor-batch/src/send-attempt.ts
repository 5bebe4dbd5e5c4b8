// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerHandle } from '@logferry/core';

import type { Destination, DestinationOutcome, SealedBatch } from './destination.ts';
import type { ExporterCalls } from './exporter-calls.ts';

/** How long a send may go on after it was aborted, before it counts as hanging. */
const ABORT_GRACE_MILLIS = 5000;

/** Told what happens to a send; each is called at most once. */
export interface SendEvents<B> {
  /** The send ended and nobody had given up on it. */
  ended(outcome: DestinationOutcome<B>): void;
  /** The send did not end in time: the batch is lost, and never to be released, for the exporter may still read it. */
  lost(): void;
  /** Another send may start; after `ended` or `lost`. */
  freed(): void;
}

type State = 'running' | 'aborted' | 'lost' | 'over';

/**
 * One send of one batch.
 *
 * ```
 * running ──ends──────────────────────────────► over      ended, freed
 * running ──time is up─► aborted ──ends───────► over      ended, freed      (cancellable)
 *                        aborted ──5 s────────► over      lost, freed
 * running ──time is up─► lost ──ends or again─► over      lost … freed      (not cancellable)
 * ```
 * An exporter that can't be cancelled keeps its slot for as long again as the timeout, so that exports don't overlap;
 * after that its answer is taken to be lost, or one lost callback would stop the pipeline for ever.
 */
export class SendAttempt<B extends SealedBatch> {
  readonly #clock: Clock;
  readonly #timeoutMillis: number;
  readonly #isCancellable: boolean;
  readonly #events: SendEvents<B>;
  readonly #controller = new AbortController();
  #state: State = 'running';
  #timer: TimerHandle | undefined;

  constructor(destination: Destination<B>, timeoutMillis: number, clock: Clock, events: SendEvents<B>) {
    this.#clock = clock;
    this.#timeoutMillis = timeoutMillis;
    this.#isCancellable = destination.cancellable;
    this.#events = events;
  }

  start(destination: Destination<B>, batch: B, causes: ReadonlySet<ExporterCalls> | undefined): void {
    this.#setTimer(this.#timeoutMillis, () => this.#timeIsUp());
    void destination.send(batch, this.#controller.signal, causes).then((outcome) => this.#sendEnded(outcome));
  }

  /** Cancels the send; what it then reports still counts. */
  abort(): void {
    this.#controller.abort();
  }

  /** Nothing that this send reports from now on counts. */
  forget(): void {
    this.#timer?.cancel();
    this.#state = 'over';
  }

  #sendEnded(outcome: DestinationOutcome<B>): void {
    const before = this.#state;
    if (before === 'over') return;
    this.forget();
    if (before !== 'lost') this.#events.ended(outcome);
    this.#events.freed();
  }

  #timeIsUp(): void {
    if (this.#isCancellable) {
      this.#state = 'aborted';
      this.#setTimer(ABORT_GRACE_MILLIS, () => {
        this.forget();
        this.#events.lost();
        this.#events.freed();
      });
    } else {
      this.#state = 'lost';
      this.#events.lost();
      this.#setTimer(this.#timeoutMillis, () => {
        this.forget();
        this.#events.freed();
      });
    }
    this.abort();
  }

  #setTimer(delayMillis: number, callback: () => void): void {
    if (delayMillis === Infinity) return;
    this.#timer = this.#clock.setTimer(callback, delayMillis);
  }
}
