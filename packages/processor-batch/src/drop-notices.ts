// SPDX-License-Identifier: Apache-2.0
import type { Clock, ReadableLogRecord, Resource, TimerHandle } from '@logferry/core';

import { countOf } from './reporter.ts';
import type { UntoldDrops } from './untold-drops.ts';

/** From one notice to the next at least. */
const NOTICE_INTERVAL_MILLIS = 60_000;

const WARN = 13;
const SCOPE = { name: '@logferry/processor-batch' };

export interface DropNoticesParts {
  readonly untold: UntoldDrops;
  readonly clock: Clock;
  /** Takes a notice that is made for a resource; false where it finds no room, or no resource is known. */
  readonly emit: (makeRecord: (resource: Resource) => ReadableLogRecord) => boolean;
}

/**
 * Tells the destination itself what it did not get: a log record, once it takes batches again. Losses of notices are
 * not told in notices, so they can't bring about one another.
 */
export class DropNotices {
  readonly #parts: DropNoticesParts;
  #timer: TimerHandle | undefined;
  #nextMillis = -Infinity;
  #hasEnded = false;

  constructor(parts: DropNoticesParts) {
    this.#parts = parts;
  }

  /** The destination took a batch. */
  delivered(): void {
    const { untold, clock } = this.#parts;
    if (this.#hasEnded || untold.sinceMillis === undefined || this.#timer !== undefined) return;
    const waitMillis = this.#nextMillis - clock.monotonicMillis();
    if (waitMillis > 0) this.#timer = clock.setTimer(() => this.#tell(), waitMillis);
    else this.#tell();
  }

  /** Emits a last notice, at once. */
  end(): void {
    this.#tell();
    this.#hasEnded = true;
  }

  #tell(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    const { untold, clock, emit } = this.#parts;
    const { sinceMillis } = untold;
    if (sinceMillis === undefined) return;
    if (!emit((resource) => notice(untold, sinceMillis, clock.wallMillis(), resource))) return;
    untold.clear();
    this.#nextMillis = clock.monotonicMillis() + NOTICE_INTERVAL_MILLIS;
  }
}

function notice({ table }: UntoldDrops, sinceMillis: number, nowMillis: number, resource: Resource): ReadableLogRecord {
  const byReason = counted('logferry.drop.reason.', table.byReason());
  const bySeverity = counted('logferry.drop.severity.', table.bySeverity());
  const count = Object.values(byReason).reduce((sum, part) => sum + part, 0);
  const time: [number, number] = [Math.floor(nowMillis / 1000), Math.round((nowMillis % 1000) * 1e6)];
  return {
    hrTime: time,
    hrTimeObserved: time,
    severityNumber: WARN,
    severityText: 'WARN',
    body: `${countOf(count)} dropped since ${new Date(sinceMillis).toISOString()}`,
    attributes: { 'logferry.drop.count': count, ...byReason, ...bySeverity },
    droppedAttributesCount: 0,
    resource,
    instrumentationScope: SCOPE,
  };
}

function counted(prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> {
  const entries = Object.entries(counts).filter(([, count]) => count > 0);
  return Object.fromEntries(entries.map(([name, count]) => [prefix + name, count]));
}
