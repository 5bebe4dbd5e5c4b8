// SPDX-License-Identifier: Apache-2.0

interface Waiting {
  start(): Promise<void>;
}

/** Runs tasks one at a time, in the order in which they came. A task never rejects. */
export class SerialQueue {
  readonly #waiting: Waiting[] = [];
  #busy = false;

  /**
   * @param signal when it is aborted before the task has started, the task is dropped and `abandoned` gives the result;
   *   a task that has started watches the signal itself.
   */
  run<T>(task: () => Promise<T>, signal: AbortSignal, abandoned: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        resolve(abandoned());
        return;
      }
      const entry: Waiting = {
        start: async () => {
          signal.removeEventListener('abort', drop);
          await task().then(resolve, reject);
        },
      };
      const drop = (): void => {
        const index = this.#waiting.indexOf(entry);
        if (index >= 0) this.#waiting.splice(index, 1);
        resolve(abandoned());
      };
      signal.addEventListener('abort', drop, { once: true });
      this.#waiting.push(entry);
      void this.#drain();
    });
  }

  /** Resolves when everything that was queued before has ended. */
  async settled(): Promise<void> {
    await this.run(
      async () => {},
      new AbortController().signal,
      () => {},
    );
  }

  async #drain(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let entry = this.#waiting.shift(); entry !== undefined; entry = this.#waiting.shift()) await entry.start();
    this.#busy = false;
  }
}
