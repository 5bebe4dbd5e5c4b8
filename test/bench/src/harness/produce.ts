// SPDX-License-Identifier: Apache-2.0
import type { Pipeline } from './pipeline.ts';

/** Records logged before the event loop gets its turn, as a server logs a few records for each of its requests. */
export const BURST_RECORDS = 64;

/**
 * Logs `count` records as fast as the pipeline takes them: a burst, a turn of the event loop, the next burst; it waits
 * where the pipeline has no room. The same for every contestant.
 */
export async function produce(pipeline: Pipeline, count: number): Promise<void> {
  let sequence = 0;
  while (sequence < count) {
    const room = pipeline.room();
    if (room !== undefined) await room;
    const burstEnd = Math.min(count, sequence + BURST_RECORDS);
    for (; sequence < burstEnd; sequence += 1) pipeline.log(sequence);
    await eventLoopTurn();
  }
}

function eventLoopTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
