// SPDX-License-Identifier: Apache-2.0
import type { BatchParts, EncodedBatch, EncodingLogRecordExporter, SendOutcome } from '@logferry/core';

import { problemOf } from '../problem.ts';
import type { PostedOutcome } from '../protocol.ts';
import type { ThreadPort } from './thread-port.ts';

interface WaitingSend {
  readonly id: number;
  readonly parts: BatchParts;
}

const ABORTED: SendOutcome = { kind: 'retryable', reason: 'the send was aborted' };

/** The sends of the exporter in this thread: as many as it takes at the same time, the others in order behind them. */
export class ThreadSends {
  readonly #exporter: EncodingLogRecordExporter;
  readonly #restoreBatch: (parts: BatchParts) => EncodedBatch;
  readonly #limit: number;
  readonly #port: ThreadPort;
  readonly #running = new Map<number, { readonly controller: AbortController; readonly done: Promise<void> }>();
  #waiting: WaitingSend[] = [];
  #retryables = 0;

  constructor(
    exporter: EncodingLogRecordExporter,
    support: { restoreBatch(parts: BatchParts): EncodedBatch },
    limit: number,
    port: ThreadPort,
  ) {
    this.#exporter = exporter;
    this.#restoreBatch = (parts) => support.restoreBatch(parts);
    this.#limit = limit;
    this.#port = port;
  }

  /** @param retryablesSeen see `ToThread`. */
  add(id: number, parts: BatchParts, retryablesSeen: number): void {
    if (retryablesSeen < this.#retryables) {
      this.#port.post({ kind: 'turned-away', id });
      return;
    }
    this.#waiting.push({ id, parts });
    this.#startNext();
  }

  abort(id: number): void {
    const waiting = this.#waiting.findIndex((send) => send.id === id);
    if (waiting === -1) {
      this.#running.get(id)?.controller.abort();
    } else {
      this.#waiting.splice(waiting, 1);
      this.#post(id, ABORTED);
    }
  }

  /** For a shutdown: the exporter ends what it was given before. */
  startAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const send of waiting) this.#start(send);
  }

  async settled(): Promise<void> {
    await Promise.all(Array.from(this.#running.values(), ({ done }) => done));
  }

  #startNext(): void {
    while (this.#running.size < this.#limit) {
      const send = this.#waiting.shift();
      if (send === undefined) return;
      this.#start(send);
    }
  }

  #start({ id, parts }: WaitingSend): void {
    const controller = new AbortController();
    const done = this.#send(parts, controller.signal).then((outcome) => {
      this.#running.delete(id);
      this.#post(id, outcome);
      if (outcome.kind === 'retryable') {
        this.#retryables += 1;
        this.#turnAwayWaiting();
      }
      this.#startNext();
    });
    this.#running.set(id, { controller, done });
  }

  async #send(parts: BatchParts, signal: AbortSignal): Promise<SendOutcome> {
    try {
      return await this.#exporter.send(this.#restoreBatch(parts), signal);
    } catch (error) {
      return { kind: 'failed', reason: `the exporter's send rejected: ${problemOf(error).name}` };
    }
  }

  /** Whoever keeps the batch that failed sends it again; were these sent now, they would arrive before it. */
  #turnAwayWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { id } of waiting) this.#port.post({ kind: 'turned-away', id });
  }

  #post(id: number, outcome: SendOutcome): void {
    const exporterStats = this.#exporterStats();
    if (outcome.kind !== 'retryable' || outcome.remaining === undefined) {
      this.#port.post({ kind: 'outcome', id, outcome: outcome as PostedOutcome, exporterStats });
      return;
    }
    const { remaining, ...rest } = outcome;
    // A copy: the memory of the rest may be that of the batch, which is the application's again from here on.
    const bytes = new Uint8Array(remaining.bytes);
    const parts = {
      bytes,
      recordCount: remaining.recordCount,
      lines: (remaining as Partial<BatchParts>).lines,
    };
    this.#port.post({ kind: 'outcome', id, outcome: { ...rest, remaining: parts }, exporterStats }, [bytes.buffer]);
  }

  #exporterStats(): unknown {
    try {
      // Also what can't be cloned must not cost the outcome.
      return structuredClone((this.#exporter as { stats?: () => unknown }).stats?.());
    } catch {
      return undefined;
    }
  }
}
