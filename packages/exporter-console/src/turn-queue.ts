// SPDX-License-Identifier: Apache-2.0

interface Waiting {
  readonly resolve: (isItsTurn: boolean) => void;
  /** Set when it gave up: its turn goes to the next one. */
  hasLeft: boolean;
}

/**
 * Those who wait for their turn, first come, first served. A reader that stands still lets a hundred thousand wait, and
 * `Array.shift` would move them all for each one that goes.
 */
export class TurnQueue {
  #waiting: (Waiting | undefined)[] = [];
  #next = 0;

  get isEmpty(): boolean {
    return this.#next === this.#waiting.length;
  }

  /** Settles with true when `callNext` reaches it, or with false when the signal is aborted before. */
  wait(signal: AbortSignal | undefined): Promise<boolean> {
    return new Promise((resolve) => {
      const waiting: Waiting = { resolve, hasLeft: false };
      this.#waiting.push(waiting);
      signal?.addEventListener(
        'abort',
        () => {
          waiting.hasLeft = true;
          resolve(false);
        },
        { once: true },
      );
    });
  }

  /** Lets the first of those who still wait go on. */
  callNext(): void {
    let next: Waiting | undefined;
    while (next === undefined && !this.isEmpty) {
      const first = this.#waiting[this.#next];
      this.#waiting[this.#next] = undefined;
      this.#next += 1;
      if (first?.hasLeft === false) next = first;
    }
    if (this.isEmpty) {
      this.#waiting = [];
      this.#next = 0;
    }
    next?.resolve(true);
  }
}
