// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@logferry/core';

import type { Schedule } from './schedule.ts';

/**
 * When the period of the current file ends. It looks at the wall clock each time, so a machine that slept is noticed.
 * A clock that is set back within the period before keeps the period: it does not end twice.
 */
export class PeriodClock {
  readonly #schedule: Schedule | undefined;
  readonly #clock: Clock;
  #endMillis = Infinity;
  #begunMillis = Infinity;

  /** @param schedule undefined: there are no periods. */
  constructor(schedule: Schedule | undefined, clock: Clock) {
    this.#schedule = schedule;
    this.#clock = clock;
  }

  /** Takes the period of a file that is opened. @param lastWriteMillis undefined for a new file. */
  begin(lastWriteMillis?: number): void {
    if (this.#schedule === undefined) return;
    const now = this.#clock.wallMillis();
    this.#begunMillis = now;
    this.#endMillis = this.#schedule.nextAfter(Math.min(lastWriteMillis ?? now, now));
  }

  /** Whether the period is over. */
  isOver(): boolean {
    if (this.#schedule === undefined) return false;
    const now = this.#clock.wallMillis();
    if (now < this.#begunMillis) this.#notice(now, this.#schedule);
    return now >= this.#endMillis;
  }

  /** How long it lasts; undefined without periods. */
  remainingMillis(): number | undefined {
    if (this.#schedule === undefined) return undefined;
    const now = this.#clock.wallMillis();
    return Math.max(0, (this.#endMillis === Infinity ? this.#schedule.nextAfter(now) : this.#endMillis) - now);
  }

  #notice(now: number, schedule: Schedule): void {
    this.#begunMillis = now;
    const end = schedule.nextAfter(now);
    if (end < this.#endMillis && schedule.nextAfter(end) < this.#endMillis) this.#endMillis = end;
  }
}
