// SPDX-License-Identifier: Apache-2.0
import { BURST_RECORDS } from './produce.ts';

/** Bounds the records that were logged and are not yet delivered; the producer waits when they reach the limit. */
export class Window {
  readonly #limit: number;
  #outstanding = 0;
  #waiting: (() => void) | undefined;

  /** @param limit records outstanding at most; at least two bursts. */
  constructor(limit: number) {
    if (limit < 2 * BURST_RECORDS) throw new RangeError(`limit must be at least ${2 * BURST_RECORDS}; it is ${limit}`);
    this.#limit = limit;
  }

  logged(): void {
    this.#outstanding += 1;
  }

  delivered(records: number): void {
    this.#outstanding -= records;
    if (this.#waiting === undefined || !this.#hasRoom()) return;
    const wake = this.#waiting;
    this.#waiting = undefined;
    wake();
  }

  /** Undefined while a whole burst fits. */
  room(): Promise<void> | undefined {
    if (this.#hasRoom()) return undefined;
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #hasRoom(): boolean {
    return this.#outstanding + BURST_RECORDS <= this.#limit;
  }
}
