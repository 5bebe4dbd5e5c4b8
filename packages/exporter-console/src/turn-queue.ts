// SPDX-License-Identifier: Apache-2.0

/**
 * Those who wait for their turn, first come, first served. A reader that stands still lets a hundred thousand wait, and
 * `Array.shift` would move them all for each one that goes.
 */
export class TurnQueue {
  #waiting: ((() => void) | undefined)[] = [];
  #next = 0;

  get length(): number {
    return this.#waiting.length - this.#next;
  }

  /** Settles when `callNext` reaches it. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Lets the first of those who wait go on. */
  callNext(): void {
    const resolve = this.#waiting[this.#next];
    if (resolve === undefined) return;
    this.#waiting[this.#next] = undefined;
    this.#next += 1;
    if (this.length === 0) {
      this.#waiting = [];
      this.#next = 0;
    }
    resolve();
  }
}
