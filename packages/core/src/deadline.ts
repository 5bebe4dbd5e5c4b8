// SPDX-License-Identifier: Apache-2.0
import type { Clock } from './clock.ts';

/** What `withinDeadline` found: the value in time, or the time was up. A rejection of the promise is passed on. */
export type DeadlineResult<T> = { readonly kind: 'settled'; readonly value: T } | { readonly kind: 'expired' };

/**
 * Waits for a promise, but no longer than `timeoutMillis` (Infinity: no limit). The promise itself goes on; a rejection
 * that comes late is not reported as unhandled.
 */
export async function withinDeadline<T>(
  promise: Promise<T>,
  timeoutMillis: number,
  clock: Clock,
): Promise<DeadlineResult<T>> {
  if (timeoutMillis === Infinity) return { kind: 'settled', value: await promise };
  return await new Promise((resolve, reject) => {
    const timer = clock.setTimer(() => resolve({ kind: 'expired' }), timeoutMillis);
    promise.then(
      (value) => {
        timer.cancel();
        resolve({ kind: 'settled', value });
      },
      (error: unknown) => {
        timer.cancel();
        reject(error);
      },
    );
  });
}
