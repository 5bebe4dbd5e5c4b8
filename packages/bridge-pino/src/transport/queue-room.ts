// SPDX-License-Identifier: Apache-2.0
import type { Clock, Environment } from '@logferry/core';

import type { BatchingProcessor } from './load-exporter.ts';

/** Between two looks at a full queue. At 300,000 records/s a queue of 131,072 records loses 1,500 of them in this time. */
const POLL_MILLIS = 5;

export interface QueueBounds {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
}

/** Defaults of `BatchingLogRecordProcessor`. */
const MAX_QUEUE_SIZE = 131_072;
const MAX_QUEUE_BYTES = 64 * 1024 * 1024;

/** The bounds that the processor has with these options, which it has checked. */
export function queueBounds(options: Readonly<Record<string, unknown>>, environment: Environment): QueueBounds {
  const { maxQueueSize, maxQueueBytes } = options as Partial<QueueBounds>;
  return {
    maxQueueSize: maxQueueSize ?? environment.integer(1, 'OTEL_BLRP_MAX_QUEUE_SIZE') ?? MAX_QUEUE_SIZE,
    maxQueueBytes: maxQueueBytes ?? MAX_QUEUE_BYTES,
  };
}

/** Lines between two looks at a large queue. */
const MAX_LINES_PER_LOOK = 512;

export interface QueueRoomParts {
  readonly processor: Pick<BatchingProcessor, 'stats'>;
  readonly bounds: QueueBounds;
  readonly timeoutMillis: number;
  readonly clock: Clock;
}

/**
 * Makes the reader wait while the queue is half full: the rest is for what is read between two looks. Where nothing leaves the
 * queue for too long it stops waiting until there is room again, because what isn't read grows in the application's memory.
 */
export class QueueRoom {
  readonly #parts: QueueRoomParts;
  #isGivenUp = false;

  constructor(parts: QueueRoomParts) {
    this.#parts = parts;
  }

  /** How many lines may be read between two looks: the processor keeps a part of a queue for severe records. */
  get linesPerLook(): number {
    return Math.max(1, Math.min(MAX_LINES_PER_LOOK, Math.floor(this.#parts.bounds.maxQueueSize / 8)));
  }

  /** Undefined while there is room, and while waiting is given up. */
  wait(): Promise<void> | undefined {
    if (!this.#isFull()) {
      this.#isGivenUp = false;
      return undefined;
    }
    return this.#isGivenUp ? undefined : this.#waitForRoom();
  }

  async #waitForRoom(): Promise<void> {
    const { clock, timeoutMillis, processor } = this.#parts;
    let least = processor.stats().queued;
    let sinceMillis = clock.monotonicMillis();
    while (this.#isFull()) {
      const { queued } = processor.stats();
      if (queued < least) {
        least = queued;
        sinceMillis = clock.monotonicMillis();
      } else if (clock.monotonicMillis() - sinceMillis >= timeoutMillis) {
        this.#isGivenUp = true;
        return;
      }
      await new Promise<void>((resolve) => {
        clock.setTimer(resolve, POLL_MILLIS);
      });
    }
  }

  #isFull(): boolean {
    const { maxQueueSize, maxQueueBytes } = this.#parts.bounds;
    const { queued, queuedBytes } = this.#parts.processor.stats();
    return queued >= maxQueueSize / 2 || queuedBytes >= maxQueueBytes / 2;
  }
}
