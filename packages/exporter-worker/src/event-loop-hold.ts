// SPDX-License-Identifier: Apache-2.0

const LONGEST_INTERVAL_MILLIS = 2 ** 31 - 1;

/** Keeps the process alive while anybody holds it. The worker thread itself never does. */
export class EventLoopHold {
  #holders = 0;
  #interval: NodeJS.Timeout | undefined;

  /** Holds until the function that comes back is called; calling it again does nothing. */
  hold(): () => void {
    this.#holders += 1;
    this.#interval ??= setInterval(() => {}, LONGEST_INTERVAL_MILLIS);
    let isHolding = true;
    return () => {
      if (!isHolding) return;
      isHolding = false;
      this.#holders -= 1;
      if (this.#holders > 0) return;
      clearInterval(this.#interval);
      this.#interval = undefined;
    };
  }
}
