// SPDX-License-Identifier: Apache-2.0
import type { Clock, EncodedBatch, SendOutcome } from '@logferry/core';

import type { FilePort } from './file-port.ts';
import { isLinesBatch, type LinesBatch } from './lines-batch.ts';
import { begin, drive, finishSync, type Running, type Steps, type SyncOperations } from './steps.ts';

/** How a batch is written. Never throws. */
export type WriteLines = (batch: LinesBatch, signal: AbortSignal) => Steps<SendOutcome>;

/** A batch to be written. */
export interface WriteRequest {
  readonly batch: LinesBatch;
  /** Before it is begun: it is given back. Later: it ends between two writes. */
  readonly signal: AbortSignal;
  /**
   * For a caller that keeps nothing: a failed write is done again, until it is delivered or one of these is aborted.
   * Undefined: it is done once.
   */
  readonly untilAborted?: readonly AbortSignal[];
}

interface Entry {
  readonly request: WriteRequest | undefined;
  /** What is left to be written. */
  rest: LinesBatch | undefined;
  readonly start: (rest: LinesBatch | undefined) => Steps<unknown>;
  isBegun: boolean;
  running: Running<unknown> | undefined;
  readonly settle: (result: unknown) => void;
}

const CANCELLED: SendOutcome = { kind: 'retryable', reason: 'the send was cancelled' };

/** Does the work with the file one at a time, in the order in which it came. */
export class WriteQueue {
  readonly #write: WriteLines;
  readonly #port: FilePort;
  readonly #clock: Clock;
  readonly #entries: Entry[] = [];
  /** What became of the batches that the exit of the process finished. */
  readonly #finished = new Map<EncodedBatch, SendOutcome>();
  #isBusy = false;
  #isTakenOver = false;
  #pendingBytes = 0;

  constructor(write: WriteLines, port: FilePort, clock: Clock) {
    this.#write = write;
    this.#port = port;
    this.#clock = clock;
  }

  /** Bytes of the batches that wait or are being written. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Writes a batch when everything before it is done. Never rejects. */
  write(request: WriteRequest): Promise<SendOutcome> {
    const { batch, signal } = request;
    if (signal.aborted) return Promise.resolve(CANCELLED);
    return new Promise((resolve) => {
      this.#pendingBytes += batch.bytes.byteLength;
      const entry: Entry = {
        request,
        rest: batch,
        start: (rest) => this.#write(rest ?? batch, signal),
        isBegun: false,
        running: undefined,
        settle: (outcome) => {
          this.#pendingBytes -= batch.bytes.byteLength;
          signal.removeEventListener('abort', drop);
          resolve(outcome as SendOutcome);
        },
      };
      const drop = (): void => {
        const index = this.#entries.indexOf(entry);
        // Once it is begun, it watches the signal itself.
        if (index < 0 || entry.isBegun) return;
        this.#entries.splice(index, 1);
        entry.settle(CANCELLED);
      };
      signal.addEventListener('abort', drop, { once: true });
      this.#add(entry);
    });
  }

  /** Does other work with the file in its turn. */
  run<T>(start: () => Steps<T>): Promise<T> {
    return new Promise((resolve) => {
      this.#add({
        request: undefined,
        rest: undefined,
        start,
        isBegun: false,
        running: undefined,
        settle: (result) => resolve(result as T),
      });
    });
  }

  /** Resolves when everything that was queued before has ended. */
  async settled(): Promise<void> {
    await this.run(nothing);
  }

  /**
   * Does all that is queued, and then writes the batches that are not, without returning to the event loop. From then on
   * the queue takes nothing: the process is exiting.
   */
  finishSync(batches: readonly EncodedBatch[], operations: SyncOperations & { isTimeUp: boolean }): SendOutcome[] {
    this.#isTakenOver = true;
    for (const entry of this.#entries.splice(0)) {
      if (operations.isTimeUp) break;
      const result = tryFinishSync(entry.running ?? begin(entry.start(entry.rest)), operations);
      if (entry.request !== undefined) this.#finished.set(entry.request.batch, result as SendOutcome);
    }
    return batches.map((batch) => {
      const outcome = this.#finished.get(batch) ?? this.#writeSync(batch, operations);
      this.#finished.set(batch, outcome);
      return outcome;
    });
  }

  #writeSync(batch: EncodedBatch, operations: SyncOperations & { isTimeUp: boolean }): SendOutcome {
    if (!isLinesBatch(batch)) return { kind: 'failed', reason: 'the batch is not one of lines' };
    if (operations.isTimeUp) return { kind: 'retryable', reason: 'the time before the exit of the process was up' };
    return tryFinishSync(begin(this.#write(batch, new AbortController().signal)), operations) as SendOutcome;
  }

  #add(entry: Entry): void {
    if (this.#isTakenOver) return;
    this.#entries.push(entry);
    void this.#drain();
  }

  /** The entry in work stays at the head, so that the exit of the process finds it. */
  async #drain(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    for (let entry = this.#entries[0]; entry !== undefined; entry = this.#entries[0]) {
      entry.isBegun = true;
      const result = await this.#complete(entry);
      this.#entries.splice(this.#entries.indexOf(entry), 1);
      entry.settle(result);
    }
    this.#isBusy = false;
  }

  async #complete(entry: Entry): Promise<unknown> {
    for (;;) {
      entry.running = begin(entry.start(entry.rest));
      const result = await drive(entry.running, this.#port);
      entry.running = undefined;
      const ends = entry.request?.untilAborted;
      const outcome = result as SendOutcome;
      if (ends === undefined || outcome.kind !== 'retryable') return result;
      if (outcome.remaining !== undefined && isLinesBatch(outcome.remaining)) entry.rest = outcome.remaining;
      await pause(outcome.retryAfterMillis ?? 0, ends, this.#clock);
      if (ends.some((signal) => signal.aborted)) return outcome;
    }
  }
}

function tryFinishSync(running: Running<unknown>, operations: SyncOperations): unknown {
  try {
    return finishSync(running, operations);
  } catch {
    // The process exits from within this very work: a hook called process.exit.
    return { kind: 'retryable', reason: 'the write was interrupted by the exit of the process' };
  }
}

function* nothing(): Steps<void> {
  // It only waits for its turn.
}

/** Ends early, and never rejects, when one of the signals is aborted. */
function pause(delayMillis: number, ends: readonly AbortSignal[], clock: Clock): Promise<void> {
  if (ends.some((signal) => signal.aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      for (const signal of ends) signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(end, delayMillis);
    for (const signal of ends) signal.addEventListener('abort', end, { once: true });
  });
}
