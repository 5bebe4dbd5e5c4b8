// SPDX-License-Identifier: Apache-2.0

/** A timer that can be cancelled. */
export interface TimerHandle {
  /** Cancels the timer; does nothing when it has fired. */
  cancel(): void;
}

/** The source of time. Tests inject one that they advance (`@logferry/core/testing`). */
export interface Clock {
  /** Monotonic milliseconds; only differences mean something. Never moves with the wall clock. */
  monotonicMillis(): number;

  /** Wall-clock milliseconds since the Unix epoch; may jump. */
  wallMillis(): number;

  /** Calls back once after `delayMillis`. The timer never keeps the process alive. */
  setTimer(callback: () => void, delayMillis: number): TimerHandle;
}

/** setTimeout takes no more than 2^31 - 1 ms and fires at once above it. */
const LONGEST_TIMEOUT_MILLIS = 2 ** 31 - 1;

/** The time of this machine. */
export const systemClock: Clock = {
  monotonicMillis: () => performance.now(),
  wallMillis: () => Date.now(),
  setTimer(callback, delayMillis) {
    const timer = setTimeout(callback, Math.min(Math.max(delayMillis, 0), LONGEST_TIMEOUT_MILLIS));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
