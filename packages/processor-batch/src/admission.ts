// SPDX-License-Identifier: Apache-2.0

/** How much a queue may hold. */
export interface QueueBounds {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
}

/** What becomes of a record at the door. */
export type Admission = 'accept' | 'drop';

/**
 * Decides whether a record enters the queue: drop-newest. Pure, so that a policy is a function of its own.
 *
 * @param records records in the queue, without the new one.
 * @param bytes bytes in the queue, without the new one, whose size is known only when it is encoded.
 */
export function admit(bounds: QueueBounds, records: number, bytes: number): Admission {
  return records < bounds.maxQueueSize && bytes < bounds.maxQueueBytes ? 'accept' : 'drop';
}
