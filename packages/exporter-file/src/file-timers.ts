// SPDX-License-Identifier: Apache-2.0
import type { Clock, TimerHandle } from '@logferry/core';

import type { PeriodClock } from './period-clock.ts';
import type { FsyncPolicy } from './fsync-policy.ts';

/** The wall clock may be set while a timer runs, which a timer does not notice: so it is looked at once an hour at least. */
const LONGEST_WAIT_MILLIS = 3_600_000;

const RETRY_MILLIS = 1_000;

/** What timers do. */
export interface TimedWork {
  rotateWhenDue(): Promise<unknown>;
  sync(): Promise<unknown>;
}

/** What is done with the current file when nothing is written: it is rotated when its period ends, and made durable. */
export class FileTimers {
  readonly #settings: { readonly fsync: FsyncPolicy; readonly fsyncIntervalMillis: number };
  readonly #period: PeriodClock;
  readonly #clock: Clock;
  readonly #work: TimedWork;
  #rotation: TimerHandle | undefined;
  #sync: TimerHandle | undefined;
  #isStopped = false;

  constructor(
    settings: { readonly fsync: FsyncPolicy; readonly fsyncIntervalMillis: number },
    period: PeriodClock,
    clock: Clock,
    work: TimedWork,
  ) {
    this.#settings = settings;
    this.#period = period;
    this.#clock = clock;
    this.#work = work;
    this.#armRotation();
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
}
