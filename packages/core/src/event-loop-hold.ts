// SPDX-License-Identifier: Apache-2.0

const LONGEST_INTERVAL_MILLIS = 2 ** 31 - 1;

/**
 * Keeps the process alive until the function that comes back is called. All timers of a `Clock` let the process end,
 * so without it `await processor.shutdown()` as the last thing of a program ends with exit code 13 and without the logs
 * when it waits for a retry. Only for what is bounded in time.
 */
export function holdEventLoop(): () => void {
  const hold = setInterval(() => {}, LONGEST_INTERVAL_MILLIS);
  return () => clearInterval(hold);
}
