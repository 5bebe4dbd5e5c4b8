// SPDX-License-Identifier: Apache-2.0
import type { BatchEncoder } from '@logferry/core';

/** Exports seldom overlap while they encode, because only a resource that is not settled lets them wait. */
const MAX_IDLE = 4;

/** Encoders that are used again: the memory and the headers of the last batch make the next one cheaper. */
export class IdleEncoders {
  readonly #create: () => BatchEncoder;
  readonly #idle: BatchEncoder[] = [];

  constructor(create: () => BatchEncoder) {
    this.#create = create;
  }

  take(): BatchEncoder {
    return this.#idle.pop() ?? this.#create();
  }

  /** One that still holds records of an export that was given up is not used again. */
  giveBack(encoder: BatchEncoder): void {
    if (encoder.recordCount === 0 && this.#idle.length < MAX_IDLE) this.#idle.push(encoder);
  }
}
