// SPDX-License-Identifier: Apache-2.0
import { type CronTimes, nextLocalTime } from './cron.ts';
import type { TimeZone } from './time-zone.ts';

const HOUR_MILLIS = 3_600_000;

/** A zone is taken to set its clocks at most once within this time. */
const STEP_MILLIS = 10 * 24 * HOUR_MILLIS;

/** No zone sets its clocks back by more. */
const LONGEST_REPEAT_MILLIS = 3 * HOUR_MILLIS;

/**
 * When periods begin: the instants at which the clocks of a place show one of the times.
 *
 * - A time that is skipped, because the clocks are set forward, counts at the instant at which they are.
 * - A time that comes twice, because they are set back, counts once; only times that recur every hour count twice.
 *
 * So no period is left out and none begins twice.
 */
export class Schedule {
  readonly #times: CronTimes;
  readonly #zone: TimeZone;

  constructor(times: CronTimes, zone: TimeZone) {
    this.#times = times;
    this.#zone = zone;
  }

  /** The first beginning of a period after an instant, in milliseconds since the Unix epoch. */
  nextAfter(afterMillis: number): number {
    let after = afterMillis;
    let offset = this.#zone.offsetMillis(after);
    let local = this.#localStart(after, offset);
    for (;;) {
      const nextLocal = nextLocalTime(this.#times, local);
      // Times that never come are refused before.
      if (nextLocal === undefined) return Infinity;
      const end = Math.min(nextLocal - offset, after + STEP_MILLIS);
      const endOffset = this.#zone.offsetMillis(end);
      if (endOffset === offset) {
        if (end === nextLocal - offset) return end;
        after = end;
        local = Math.max(local, end + offset);
        continue;
      }
      const change = this.#zone.changeBetween(after, end);
      const shown = change + offset;
      const shownAfter = change + endOffset;
      if (nextLocal >= shown && nextLocal < shownAfter) return change;
      // Set back: what has been shown already is passed, unless it recurs every hour.
      local = (endOffset < offset && !this.#times.everyHour ? Math.max(shown, local + 1) : shownAfter) - 1;
      after = change;
      offset = endOffset;
      // The change itself may be the beginning of a period.
      const atChange = nextLocalTime(this.#times, local);
      if (atChange === shownAfter) return change;
    }
  }

  /** Local time from which to look: while times are shown for the second time, behind all that were shown. */
  #localStart(after: number, offset: number): number {
    const local = after + offset;
    if (this.#times.everyHour) return local;
    const before = after - LONGEST_REPEAT_MILLIS;
    const offsetBefore = this.#zone.offsetMillis(before);
    if (offsetBefore <= offset) return local;
    const change = this.#zone.changeBetween(before, after);
    return Math.max(local, change + offsetBefore - 1);
  }
}
