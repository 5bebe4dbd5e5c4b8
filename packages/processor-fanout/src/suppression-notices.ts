// SPDX-License-Identifier: Apache-2.0
import type { Clock, ReadableLogRecord, Resource, TimerHandle } from '@logferry/core';

import type { SuppressionReason } from './destination-counts.ts';
import { WARN } from './severity.ts';

/** From the first suppressed record to the notice. */
const NOTICE_INTERVAL_MILLIS = 60_000;

const SCOPE = { name: '@logferry/processor-fanout' };

/**
 * Tells a destination what was kept from it: a log record a minute after the first suppressed one, and at shutdown.
 */
export class SuppressionNotices {
  readonly #clock: Clock;
  readonly #emit: (notice: ReadableLogRecord) => void;
  readonly #untold = new Map<SuppressionReason, number>();
  #sinceMillis = 0;
  #timer: TimerHandle | undefined;
  /** Of the last record that was seen; a notice borrows it. */
  resource: Resource | undefined;

  constructor(clock: Clock, emit: (notice: ReadableLogRecord) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  suppressed(reason: SuppressionReason, count: number): void {
    if (this.#untold.size === 0) this.#sinceMillis = this.#clock.wallMillis();
    this.#untold.set(reason, (this.#untold.get(reason) ?? 0) + count);
    this.#timer ??= this.#clock.setTimer(() => this.tell(), NOTICE_INTERVAL_MILLIS);
  }

  /** Emits a notice if there is something to tell. */
  tell(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    if (this.#untold.size === 0 || this.resource === undefined) return;
    const record = notice(this.#untold, this.#sinceMillis, this.#clock.wallMillis(), this.resource);
    this.#untold.clear();
    this.#emit(record);
  }
}

function notice(
  untold: ReadonlyMap<SuppressionReason, number>,
  sinceMillis: number,
  nowMillis: number,
  resource: Resource,
): ReadableLogRecord {
  const count = [...untold.values()].reduce((sum, part) => sum + part, 0);
  const byReason = [...untold].map(([reason, part]) => [`logferry.suppressed.reason.${reason}`, part] as const);
  const time: [number, number] = [Math.floor(nowMillis / 1000), Math.round((nowMillis % 1000) * 1e6)];
  const records = count === 1 ? '1 log record' : `${count} log records`;
  return {
    hrTime: time,
    hrTimeObserved: time,
    severityNumber: WARN,
    severityText: 'WARN',
    body: `${records} suppressed since ${new Date(sinceMillis).toISOString()}`,
    attributes: { 'logferry.suppressed.count': count, ...Object.fromEntries(byReason) },
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: SCOPE,
  };
}
