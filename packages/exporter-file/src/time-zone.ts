// SPDX-License-Identifier: Apache-2.0
import { invalidOption } from '@logferry/core';

const SECOND_MILLIS = 1_000;

/** The wall clock of a place, with the rules of Node's own time zone data. */
export class TimeZone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;

  /**
   * @param name of the IANA database, such as `Europe/Berlin`. Default: the system's.
   * @throws LogferryError `INVALID_OPTION`
   */
  constructor(name: string | undefined) {
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        ...(name === undefined ? {} : { timeZone: name }),
        calendar: 'gregory',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      throw invalidOption('timeZone', name, 'a name of the IANA time zone database');
    }
    this.name = this.#format.resolvedOptions().timeZone;
  }

  /** Local time minus UTC at an instant. */
  offsetMillis(atMillis: number): number {
    const fields: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(atMillis)) fields[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMillis / SECOND_MILLIS) * SECOND_MILLIS;
  }

  /** The first instant in `(after, to]` from which on the offset is the one of `to`; there must be one change between. */
  changeBetween(afterMillis: number, toMillis: number): number {
    const offset = this.offsetMillis(toMillis);
    let before = afterMillis;
    let from = toMillis;
    while (from - before > 1) {
      const middle = Math.floor((before + from) / 2);
      if (this.offsetMillis(middle) === offset) from = middle;
      else before = middle;
    }
    return from;
  }

  /** Local date and time, such as `2026-11-22T14:05:09.123`. */
  localText(atMillis: number): string {
    return new Date(atMillis + this.offsetMillis(atMillis)).toISOString().slice(0, -1);
  }
}
