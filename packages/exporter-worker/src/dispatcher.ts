// SPDX-License-Identifier: Apache-2.0
import {
  type BatchParts,
  type Diagnostics,
  type EncodedBatch,
  LogferryError,
  type SendOutcome,
  withinDeadline,
} from '@logferry/core';

import type { ResolvedWorkerOptions } from './options.ts';
import { type PendingSend, PendingSends } from './pending-sends.ts';
import type { FromThread, PostedOutcome, ToThread } from './protocol.ts';
import { SendCounts, type WorkerExporterStats } from './send-counts.ts';
import { type ThreadEnd, ThreadKeeper } from './thread-keeper.ts';
import { ThreadRequests } from './thread-requests.ts';
import type { WorkerThreadSettings } from './worker-thread.ts';

export interface DispatcherParts {
  readonly thread: WorkerThreadSettings;
  readonly options: ResolvedWorkerOptions;
  readonly restoreBatch: (parts: BatchParts) => EncodedBatch;
  readonly diagnostics: Diagnostics;
}

/** What else comes from the worker. */
export interface DispatcherEvents {
  /** A message that is not about sends. @param isExiting whether the event loop turns no more. */
  message(message: FromThread, reply: (message: ToThread) => void, isExiting: boolean): void;
  threadEnded(): void;
}

/** How long an aborted send may take to be answered before the caller is told without the worker. */
const ABORT_GRACE_MILLIS = 1000;

/** How long a thread that is told to end may take until nobody waits for it any more. */
const END_GRACE_MILLIS = 1000;

/** How long a flush may take: it keeps the process, and with the destination down a send may never end. */
const FLUSH_TIMEOUT_MILLIS = 30_000;

/** Starts of the worker that one `sendSync` tries. */
const SYNC_STARTS = 5;

const SHUT_DOWN = 'the exporter was shut down';

/**
 * Brings batches to the worker and outcomes back.
 *
 * Invariants:
 * - Each send is settled once. What the worker had when it died is sent again by the next one.
 * - A batch that the worker still has after its caller gave it up is not posted a second time: when the caller sends it
 *   again, the answer to the first send counts, or is waited for.
 * - Callers are told in time even by a worker that is stuck, but shared memory is freed only when it has answered or ended.
 */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #pending: PendingSends;
  readonly #keeper: ThreadKeeper;
  readonly #requests = new ThreadRequests();
  readonly #counts = new SendCounts();
  readonly #active = new Set<Promise<SendOutcome>>();
  /** Of batches that their callers had given up by then, for when they send them again. */
  readonly #lateOutcomes = new WeakMap<EncodedBatch, SendOutcome>();
  #exporterStats: Readonly<Record<string, unknown>> | undefined;
  #startProblem: string | undefined;
  #shutdown: { readonly id: number; isPosted: boolean } | undefined;
  /** Of the thread that runs. */
  #retryablesSeen = 0;
  #isClosed = false;
  #isExiting = false;

  constructor(parts: DispatcherParts, events: DispatcherEvents) {
    const { thread, options } = parts;
    this.#parts = parts;
    this.#pending = new PendingSends({
      maxBytes: options.maxQueueBytes,
      maxConcurrentSends: thread.maxConcurrentSends,
      maxCrashes: options.maxCrashesPerBatch,
    });
    this.#keeper = new ThreadKeeper(thread, options.restart, options.clock, {
      ready: () => {
        this.#startProblem = undefined;
        this.#pump();
      },
      message: (message) => {
        if (message.kind === 'outcome') this.#answered(message);
        else if (message.kind === 'turned-away') this.#turnedAway(message.id);
        else if (message.kind === 'done') this.#requests.answered(message.id, message.problem);
        else events.message(message, this.#replyToThread(), this.#isExiting);
      },
      ended: (end) => {
        events.threadEnded();
        this.#threadEnded(end);
      },
    });
  }

  /** @param isKept whether the caller keeps the batch and sends it again after a `retryable`. */
  async send(batch: EncodedBatch, signal: AbortSignal, isKept: boolean): Promise<SendOutcome> {
    const settled = this.#send(batch, signal, isKept);
    this.#active.add(settled);
    const outcome = await settled;
    this.#active.delete(settled);
    this.#counts.count(outcome, batch.recordCount);
    return outcome;
  }

  /**
   * Resolves when every batch that is here now has its outcome, and the exporter in the worker is flushed.
   * @throws LogferryError `DEADLINE_EXCEEDED` when that takes longer than 30 s; whatever that exporter throws.
   */
  async flush(): Promise<void> {
    await this.#inTime(this.#flush(), FLUSH_TIMEOUT_MILLIS, 'the flush');
  }

  async #flush(): Promise<void> {
    await Promise.all(this.#active);
    if (!this.#keeper.isReady) return;
    await this.#requests.ask((id) => this.#keeper.post({ kind: 'flush', id }));
  }

  /**
   * Lets the exporter in the worker deliver what was sent before, shuts it down and ends the thread. What is left settles
   * as `retryable`.
   * @throws LogferryError `DEADLINE_EXCEEDED` when that took too long; whatever the exporter's shutdown throws.
   */
  async close(): Promise<void> {
    this.#isClosed = true;
    const { clock, shutdownTimeoutMillis } = this.#parts.options;
    try {
      if (this.#pending.isEmpty && !this.#keeper.isRunning) return;
      this.#keeper.startNow();
      const shutDown = this.#requests.ask((id) => {
        this.#shutdown = { id, isPosted: false };
        this.#pump();
      });
      await this.#inTime(shutDown, shutdownTimeoutMillis, 'the shutdown in the worker thread');
    } finally {
      for (const send of this.#pending.all()) this.#abandon(send, this.#retryable(SHUT_DOWN));
      await withinDeadline(this.#keeper.stop(), END_GRACE_MILLIS, clock);
    }
  }

  /** See `EncodingLogRecordExporter.sendSync`. */
  sendSync(batches: readonly EncodedBatch[], timeoutMillis: number): readonly SendOutcome[] {
    const endMillis = performance.now() + timeoutMillis;
    const leftMillis = (): number => Math.max(0, endMillis - performance.now());
    const outcomes = new Map<EncodedBatch, SendOutcome>();
    this.#isExiting = true;
    try {
      this.#deliverSync(batches, outcomes, leftMillis);
    } finally {
      this.#isExiting = false;
    }
    return batches.map((batch) => {
      const outcome = outcomes.get(batch) ?? this.#retryable('the process exits before the worker has delivered');
      this.#counts.count(outcome, batch.recordCount);
      return outcome;
    });
  }

  #deliverSync(
    batches: readonly EncodedBatch[],
    outcomes: Map<EncodedBatch, SendOutcome>,
    leftMillis: () => number,
  ): void {
    for (const batch of batches) {
      const clear = this.#begin(batch, (outcome) => outcomes.set(batch, outcome), false);
      if (clear !== undefined) outcomes.set(batch, clear);
    }
    for (let starts = 0; outcomes.size < batches.length && leftMillis() > 0;) {
      if (!this.#keeper.isRunning) {
        if (starts === SYNC_STARTS || this.#isClosed) break;
        starts += 1;
        this.#keeper.startNow();
      }
      this.#pump();
      this.#keeper.waitForMessages(leftMillis());
    }
  }

  stats(): WorkerExporterStats {
    return {
      ...this.#counts.snapshot(),
      copiedBatches: this.#pending.copiedCount,
      batchesInWorker: this.#pending.postedCount,
      waitingBatches: this.#pending.waitingCount,
      pendingBytes: this.#pending.bytes,
      starts: this.#keeper.starts,
      crashes: this.#keeper.crashes,
      exporter: this.#exporterStats,
    };
  }

  async #send(batch: EncodedBatch, signal: AbortSignal, isKept: boolean): Promise<SendOutcome> {
    if (this.#isClosed) return { kind: 'failed', reason: SHUT_DOWN };
    if (signal.aborted) return this.#retryable('the send was aborted');
    return await new Promise((resolve) => {
      const settle = (outcome: SendOutcome): void => {
        signal.removeEventListener('abort', abort);
        resolve(outcome);
      };
      const abort = (): void => {
        const send = this.#pending.find(batch);
        if (send?.settle === settle) this.#abort(send);
      };
      signal.addEventListener('abort', abort);
      const clear = this.#begin(batch, settle, isKept);
      if (clear === undefined) this.#pump();
      else settle(clear);
    });
  }

  /** Takes a batch up, unless its outcome is clear. */
  #begin(batch: EncodedBatch, settle: (outcome: SendOutcome) => void, isKept: boolean): SendOutcome | undefined {
    const known = this.#lateOutcomes.get(batch);
    if (known !== undefined) return known;
    const found = this.#pending.find(batch);
    if (found?.settle !== undefined && !this.#isExiting) return this.#retryable('the batch is being sent already');
    const send = found ?? (this.#isClosed ? undefined : this.#pending.add(batch));
    if (send === undefined) {
      const { maxQueueBytes } = this.#parts.options;
      return this.#retryable(this.#isClosed ? SHUT_DOWN : `more than ${maxQueueBytes} bytes wait for the worker`);
    }
    send.settle = settle;
    send.isKept = isKept;
    send.answersEarlierSend = send.abort !== undefined;
    return undefined;
  }

  /** Posts to the thread that runs now: the next one knows nothing of what this one asked. */
  #replyToThread(): (message: ToThread) => void {
    const thread = this.#keeper.starts;
    return (message) => {
      if (this.#keeper.starts === thread) this.#keeper.post(message);
    };
  }

  #pump(): void {
    if (!this.#keeper.isReady) {
      if (!this.#pending.isEmpty && !this.#isClosed) this.#keeper.ensure();
      return;
    }
    if (this.#shutdown !== undefined) {
      if (this.#shutdown.isPosted) return;
      for (const send of this.#pending.takeAllForPosting()) this.#post(send);
      this.#shutdown.isPosted = true;
      this.#keeper.expectEnd();
      this.#keeper.post({ kind: 'shutdown', id: this.#shutdown.id });
      return;
    }
    for (let send = this.#pending.takeForPosting(); send !== undefined; send = this.#pending.takeForPosting()) {
      this.#post(send);
    }
  }

  #post(send: PendingSend): void {
    this.#keeper.post({ kind: 'send', id: send.id, parts: send.parts, retryablesSeen: this.#retryablesSeen });
  }

  #abort(send: PendingSend): void {
    if (!this.#pending.isPosted(send)) {
      this.#finish(send, this.#retryable('the send was aborted'));
      return;
    }
    this.#keeper.post({ kind: 'abort', id: send.id });
    send.answersEarlierSend = false;
    if (send.abort !== undefined) return;
    const { clock, hangTimeoutMillis } = this.#parts.options;
    const grace = clock.setTimer(() => {
      this.#abandon(send, this.#retryable('the send was aborted, and the worker has not answered'));
    }, ABORT_GRACE_MILLIS);
    const hang = clock.setTimer(() => {
      this.#parts.diagnostics.error(
        'hung',
        `the worker thread gave no answer for ${hangTimeoutMillis} ms and is ended`,
      );
      this.#keeper.terminate();
    }, hangTimeoutMillis);
    send.abort = {
      cancel(): void {
        grace.cancel();
        hang.cancel();
      },
    };
  }

  #answered({ id, outcome: posted, exporterStats }: Extract<FromThread, { kind: 'outcome' }>): void {
    this.#exporterStats = exporterStats as Readonly<Record<string, unknown>> | undefined;
    this.#keeper.noteSuccess();
    if (posted.kind === 'retryable') this.#retryablesSeen += 1;
    const send = this.#pending.posted(id);
    if (send === undefined) return;
    const outcome = this.#restored(posted);
    const { answersEarlierSend } = send;
    clearAbort(send);
    const isUnchanged = outcome.kind === 'retryable' && outcome.remaining === undefined;
    if (answersEarlierSend && isUnchanged) {
      this.#pending.putBack(send);
    } else {
      // A caller that was told `retryable` by then will come again.
      if (send.settle === undefined && !isUnchanged) this.#lateOutcomes.set(send.batch, outcome);
      this.#finish(send, outcome);
    }
    this.#pump();
  }

  #turnedAway(id: number): void {
    const send = this.#pending.posted(id);
    if (send === undefined) return;
    const isStillWanted = send.settle !== undefined && (send.abort === undefined || send.answersEarlierSend);
    clearAbort(send);
    if (isStillWanted && !send.isKept) this.#pending.putBack(send);
    else this.#finish(send, this.#retryable('an earlier batch has to be sent first'));
    this.#pump();
  }

  #threadEnded({ kind, reason }: ThreadEnd): void {
    this.#requests.resolveAll();
    const begun = this.#pending.recall();
    this.#retryablesSeen = 0;
    if (kind === 'unusable') {
      this.#startProblem = reason;
      this.#parts.diagnostics.error('start', `the worker thread can't be started: ${reason}`);
    }
    if (kind === 'crashed') this.#crashed(begun, reason);
    for (const send of this.#pending.all()) {
      const isGivenUp = send.settle === undefined || (send.abort !== undefined && !send.answersEarlierSend);
      clearAbort(send);
      if (isGivenUp) this.#finish(send, this.#retryable('the send was aborted'));
    }
    this.#pump();
  }

  #crashed(begun: readonly PendingSend[], reason: string): void {
    const { maxCrashesPerBatch } = this.#parts.options;
    for (const send of this.#pending.blame(begun)) {
      const why = `the worker thread ended ${maxCrashesPerBatch} times while it sent this batch: ${reason}`;
      this.#parts.diagnostics.error('poison', `${send.parts.recordCount} records are lost: ${why}`);
      this.#finish(send, { kind: 'failed', reason: why });
    }
    this.#counts.resentBatches += begun.filter((send) => this.#pending.find(send.batch) === send).length;
    this.#parts.diagnostics.error('crash', `the worker thread ended and is started again: ${reason}`);
  }

  /** Tells the caller, and keeps the memory until the worker has answered or is gone. */
  #abandon(send: PendingSend, outcome: SendOutcome): void {
    if (!this.#pending.isPosted(send)) {
      this.#finish(send, outcome);
      return;
    }
    const { settle } = send;
    send.settle = undefined;
    settle?.(outcome);
  }

  #finish(send: PendingSend, outcome: SendOutcome): void {
    const { settle } = send;
    send.settle = undefined;
    this.#pending.remove(send);
    settle?.(outcome);
  }

  #restored(outcome: PostedOutcome): SendOutcome {
    if (outcome.kind !== 'retryable') return outcome;
    const { remaining, ...rest } = outcome;
    return remaining === undefined ? rest : { ...rest, remaining: this.#parts.restoreBatch(remaining) };
  }

  #retryable(reason: string): SendOutcome {
    const problem = this.#startProblem;
    return {
      kind: 'retryable',
      reason: problem === undefined ? reason : `${reason}; the worker thread can't be started: ${problem}`,
    };
  }

  async #inTime(promise: Promise<void>, timeoutMillis: number, what: string): Promise<void> {
    const result = await withinDeadline(promise, timeoutMillis, this.#parts.options.clock);
    if (result.kind === 'settled') return;
    throw new LogferryError('DEADLINE_EXCEEDED', `${what} did not end within ${timeoutMillis} ms`);
  }
}

function clearAbort(send: PendingSend): void {
  send.abort?.cancel();
  send.abort = undefined;
  send.answersEarlierSend = false;
}
