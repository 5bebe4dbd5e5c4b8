// SPDX-License-Identifier: Apache-2.0
import type { Clock, EncodedLinesBatch, SendOutcome } from '@logferry/core';

import { isLinesBatch } from './lines-batch.ts';

/**
 * Writes a batch again and again until it is delivered: for a caller that keeps nothing, so that a short failure loses
 * nothing.
 *
 * @param ends no further attempt follows when one of them is aborted.
 */
export async function writePatiently(
  write: (batch: EncodedLinesBatch) => Promise<SendOutcome>,
  batch: EncodedLinesBatch,
  ends: readonly AbortSignal[],
  clock: Clock,
): Promise<SendOutcome> {
  let rest = batch;
  for (;;) {
    const outcome = await write(rest);
    if (outcome.kind !== 'retryable') return outcome;
    if (outcome.remaining !== undefined && isLinesBatch(outcome.remaining)) rest = outcome.remaining;
    await pause(outcome.retryAfterMillis ?? 0, ends, clock);
    if (ends.some((signal) => signal.aborted)) return outcome;
  }
}

/** Ends early, and never rejects, when one of the signals is aborted. */
function pause(delayMillis: number, ends: readonly AbortSignal[], clock: Clock): Promise<void> {
  if (ends.some((signal) => signal.aborted)) return Promise.resolve();
  return new Promise((resolve) => {
    const end = (): void => {
      timer.cancel();
      for (const signal of ends) signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.setTimer(end, delayMillis);
    for (const signal of ends) signal.addEventListener('abort', end, { once: true });
  });
}
