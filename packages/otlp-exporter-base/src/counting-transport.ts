// SPDX-License-Identifier: Apache-2.0
import type { SendCounters } from './send-counters.ts';
import type { AttemptOutcome, Transport } from './transport.ts';

/** Counts the attempts of a transport. */
export class CountingTransport implements Transport {
  readonly #inner: Transport;
  readonly #counters: SendCounters;

  constructor(inner: Transport, counters: SendCounters) {
    this.#inner = inner;
    this.#counters = counters;
  }

  async send(bytes: Uint8Array, signal: AbortSignal): Promise<AttemptOutcome> {
    this.#counters.attemptStarted(bytes.length);
    const outcome = await this.#inner.send(bytes, signal);
    this.#counters.attemptEnded(countedStatus(outcome));
    return outcome;
  }

  onceConnected(callback: () => void): () => void {
    return this.#inner.onceConnected?.(callback) ?? (() => {});
  }

  close(): void {
    this.#inner.close();
  }
}

function countedStatus(outcome: AttemptOutcome): string {
  if (outcome.kind === 'cancelled') return 'CANCELLED_HERE';
  return outcome.kind === 'refused' ? (outcome.countedAs ?? outcome.status) : outcome.status;
}
