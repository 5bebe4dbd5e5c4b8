// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder, EncodedBatch, EncodingLogRecordExporter, SendOutcome } from '@logferry/core';

import { LineEncoder, type TextBatch } from './text-encoder.ts';

/** A send that a test answers. */
export class ScriptedSend {
  readonly batch: TextBatch;
  readonly signal: AbortSignal;
  readonly outcome: Promise<SendOutcome>;
  #settle!: { resolve(outcome: SendOutcome): void; reject(error: unknown): void };
  #isSettled = false;

  constructor(batch: TextBatch, signal: AbortSignal) {
    this.batch = batch;
    this.signal = signal;
    this.outcome = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  settle(outcome: SendOutcome): void {
    this.#isSettled = true;
    this.#settle.resolve(outcome);
  }

  deliver(rejectedCount = 0): void {
    this.settle({ kind: 'delivered', rejectedCount });
  }

  reject(error: unknown): void {
    this.#isSettled = true;
    this.#settle.reject(error);
  }
}

export interface ScriptedExporterOptions {
  readonly maxConcurrentSends?: number;
  /** Answers each send at once. Default: the test answers. */
  readonly answer?: (send: ScriptedSend) => void;
  /** Whether an aborted send ends as `retryable`, as the contract demands. Default: true. */
  readonly obeysAbort?: boolean;
}

/** An exporter that takes bytes; each send waits for the test, and what was acknowledged is kept. */
export class ScriptedExporter implements EncodingLogRecordExporter {
  readonly maxConcurrentSends: number;
  /** Every send, in the order of their start. */
  readonly sends: ScriptedSend[] = [];
  flushes = 0;
  shutdowns = 0;
  readonly #answer: ((send: ScriptedSend) => void) | undefined;
  readonly #obeysAbort: boolean;

  constructor(options: ScriptedExporterOptions = {}) {
    this.maxConcurrentSends = options.maxConcurrentSends ?? 1;
    this.#answer = options.answer;
    this.#obeysAbort = options.obeysAbort ?? true;
  }

  createEncoder(): BatchEncoder {
    return new LineEncoder();
  }

  send(batch: EncodedBatch, signal: AbortSignal): Promise<SendOutcome> {
    const send = new ScriptedSend(batch as TextBatch, signal);
    this.sends.push(send);
    if (this.#obeysAbort) {
      signal.addEventListener('abort', () => {
        if (!send.isSettled) send.settle({ kind: 'retryable', reason: 'cancelled' });
      });
    }
    this.#answer?.(send);
    return send.outcome;
  }

  export(): void {
    throw new Error('a processor that takes the fast path never calls export');
  }

  async forceFlush(): Promise<void> {
    this.flushes += 1;
  }

  async shutdown(): Promise<void> {
    this.shutdowns += 1;
  }

  /** Sends that nobody has answered. */
  get open(): readonly ScriptedSend[] {
    return this.sends.filter((send) => !send.isSettled);
  }

  /** The bodies of each send, in the order of their start. */
  get sentBodies(): readonly (readonly string[])[] {
    return this.sends.map((send) => send.batch.bodies);
  }
}

/** Delivers every batch at once. */
export function deliverAll(send: ScriptedSend): void {
  send.deliver();
}
