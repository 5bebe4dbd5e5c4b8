// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerHandle } from '@logferry/core';

import type { PeriodClock } from './period-clock.ts';
import type { FsyncPolicy } from './fsync-policy.ts';

/** How often old files are looked for when nothing is written. */
const AGE_CHECK_MILLIS = 3_600_000;

/** The wall clock may be set while a timer runs, which a timer does not notice: so it is looked at once an hour at least. */
const LONGEST_WAIT_MILLIS = 3_600_000;

const RETRY_MILLIS = 1_000;

/** What timers do. */
export interface TimedWork {
  rotateWhenDue(): Promise<unknown>;
  sync(): Promise<unknown>;
  /** Deletes what is older than the limit. */
  removeAged(): Promise<unknown>;
}

/** What timers need to know. */
interface TimerSettings {
  readonly fsync: FsyncPolicy;
  readonly fsyncIntervalMillis: number;
  readonly maxAgeMillis: number;
}

/**
 * What is done when nothing is written: the current file is rotated when its period ends, and made durable; files that
 * have become too old are deleted.
 */
export class FileTimers {
  readonly #settings: TimerSettings;
  readonly #period: PeriodClock;
  readonly #clock: Clock;
  readonly #work: TimedWork;
  #rotation: TimerHandle | undefined;
  #sync: TimerHandle | undefined;
  #age: TimerHandle | undefined;
  #isStopped = false;

  constructor(settings: TimerSettings, period: PeriodClock, clock: Clock, work: TimedWork) {
    this.#settings = settings;
    this.#period = period;
    this.#clock = clock;
    this.#work = work;
    this.#armRotation();
    // At the start as well: a service may log nothing for days, and be started anew each day.
    if (settings.maxAgeMillis !== Infinity) this.#removeAged();
  }

  /** Something was written that is not durable yet. */
  wrote(): void {
    if (this.#settings.fsync !== 'interval' || this.#sync !== undefined || this.#isStopped) return;
    this.#sync = this.#clock.setTimer(() => {
      this.#sync = undefined;
      void this.#work.sync();
    }, this.#settings.fsyncIntervalMillis);
  }

  stop(): void {
    this.#isStopped = true;
    this.#rotation?.cancel();
    this.#sync?.cancel();
    this.#age?.cancel();
  }

  #armRotation(): void {
    const remaining = this.#period.remainingMillis();
    if (remaining === undefined || this.#isStopped) return;
    // A rotation that fails is tried again after a pause.
    const delayMillis = remaining === 0 ? RETRY_MILLIS : Math.min(remaining, LONGEST_WAIT_MILLIS);
    this.#rotation = this.#clock.setTimer(() => {
      void this.#work.rotateWhenDue().then(() => this.#armRotation());
    }, delayMillis);
  }

  #removeAged(): void {
    void this.#work.removeAged().then(() => {
      if (!this.#isStopped) this.#age = this.#clock.setTimer(() => this.#removeAged(), AGE_CHECK_MILLIS);
    });
  }
}
