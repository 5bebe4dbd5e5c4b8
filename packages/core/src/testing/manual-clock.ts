// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerHandle } from '../clock.ts';

/** A clock that stands still until a test advances it. */
export class ManualClock implements Clock {
  #nowMillis: number;
  #wallOffsetMillis: number;
  #sequence = 0;
  readonly #timers = new Map<number, { readonly dueMillis: number; readonly callback: () => void }>();

  constructor(wallMillis: number = Date.UTC(2026, 0, 1)) {
    this.#nowMillis = 0;
    this.#wallOffsetMillis = wallMillis;
  }

  monotonicMillis(): number {
    return this.#nowMillis;
  }

  wallMillis(): number {
    return this.#nowMillis + this.#wallOffsetMillis;
  }

  /** Moves the wall clock alone, as an operator or NTP does. */
  jumpWall(millis: number): void {
    this.#wallOffsetMillis += millis;
  }

  /** Timers that have neither fired nor been cancelled: a component that was shut down leaves none. */
  get pendingTimers(): number {
    return this.#timers.size;
  }

  setTimer(callback: () => void, delayMillis: number): TimerHandle {
    this.#sequence += 1;
    const id = this.#sequence;
    this.#timers.set(id, { dueMillis: this.#nowMillis + Math.max(delayMillis, 0), callback });
    return { cancel: () => void this.#timers.delete(id) };
  }

  /** Advances by `millis`, firing what is due in order; after each timer the promises it settled run first. */
  async advance(millis: number): Promise<void> {
    const target = this.#nowMillis + millis;
    await settlePromises();
    for (let next = this.#nextDue(target); next !== undefined; next = this.#nextDue(target)) {
      const [id, timer] = next;
      this.#timers.delete(id);
      this.#nowMillis = Math.max(this.#nowMillis, timer.dueMillis);
      timer.callback();
      await settlePromises();
    }
    this.#nowMillis = target;
  }

  #nextDue(target: number): [number, { readonly dueMillis: number; readonly callback: () => void }] | undefined {
    let found: [number, { readonly dueMillis: number; readonly callback: () => void }] | undefined;
    for (const entry of this.#timers) {
      if (entry[1].dueMillis <= target && (found === undefined || entry[1].dueMillis < found[1].dueMillis))
        found = entry;
    }
    return found;
  }
}

/** Lets every promise reaction that is ready run, including those that they make ready. */
async function settlePromises(): Promise<void> {
  await new Promise<void>((resolve) => {
    setImmediate(resolve);
  });
}
