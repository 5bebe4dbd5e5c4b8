// SPDX-License-Identifier: Apache-2.0

/** Someone who waits until every batch up to a sequence is done with. */
export interface FlushWait {
  readonly done: Promise<void>;
  /** Stops waiting; `done` then never settles. */
  cancel(): void;
}

/** Wakes flushes when the batches that they wait for are done with: delivered, or dropped and counted. */
export class FlushTracker {
  readonly #waiters = new Set<{ readonly sequence: number; readonly wake: () => void }>();

  /** @param oldest sequence of the oldest batch that is not done with; Infinity when there is none. */
  wait(sequence: number, oldest: number): FlushWait {
    if (oldest > sequence) return { done: Promise.resolve(), cancel: () => {} };
    let wake!: () => void;
    const done = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const waiter = { sequence, wake };
    this.#waiters.add(waiter);
    return { done, cancel: () => void this.#waiters.delete(waiter) };
  }

  /** @param oldest as for `wait`. */
  update(oldest: number): void {
    for (const waiter of this.#waiters) {
      if (oldest <= waiter.sequence) continue;
      this.#waiters.delete(waiter);
      waiter.wake();
    }
  }
}
