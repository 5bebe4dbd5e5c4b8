// SPDX-License-Identifier: Apache-2.0
import { invalidOption } from '@logferry/core';

/** Local times that recur, to the minute: what the five fields of a cron expression say. */
export interface CronTimes {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** With both kinds of days restricted, one of them is enough, as cron has it. */
  readonly eitherDay: boolean;
  /** Whether it recurs in every hour; such times come again when the clocks are set back, others don't. */
  readonly everyHour: boolean;
}

const NAMED: Readonly<Record<string, string>> = {
  minute: '* * * * *',
  hour: '0 * * * *',
  day: '0 0 * * *',
  week: '0 0 * * 1',
};

/** Nine years: there may be eight between two 29ths of February. */
const SEARCH_DAYS = 9 * 366;

const MINUTE_MILLIS = 60_000;
const HOUR_MILLIS = 60 * MINUTE_MILLIS;
const DAY_MILLIS = 24 * HOUR_MILLIS;

/**
 * @param text `minute`, `hour`, `day`, `week` (Monday), or minute, hour, day of month, month and day of week (0 or 7 is
 *   Sunday), each a list of numbers, ranges and steps: `0,30 8-18 * * 1-5`.
 * @throws LogferryError `INVALID_OPTION`, also for times that never come.
 */
export function parseCron(option: string, text: unknown): CronTimes {
  const wanted = "'minute', 'hour', 'day', 'week' or a cron expression of five fields";
  if (typeof text !== 'string') throw invalidOption(option, text, wanted);
  const fields = (Object.hasOwn(NAMED, text) ? NAMED[text]! : text).trim().split(/\s+/);
  const bounds = [
    [0, 59],
    [0, 23],
    [1, 31],
    [1, 12],
    [0, 7],
  ] as const;
  const sets = bounds.map(([min, max], index) => parseField(fields[index] ?? '', min, max));
  const [minutes, hours, daysOfMonth, months, weekdays] = sets;
  if (fields.length !== bounds.length || !minutes || !hours || !daysOfMonth || !months || !weekdays) {
    throw invalidOption(option, text, wanted);
  }
  const times: CronTimes = {
    minutes,
    hours,
    daysOfMonth,
    months,
    daysOfWeek: new Set([...weekdays].map((day) => day % 7)),
    eitherDay: !fields[2]!.startsWith('*') && !fields[4]!.startsWith('*'),
    everyHour: hours.size === 24,
  };
  if (nextLocalTime(times, Date.UTC(2024, 0, 1)) === undefined) {
    throw invalidOption(option, text, 'a cron expression of times that come');
  }
  return times;
}

function parseField(text: string, min: number, max: number): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(part);
    if (match === null) return undefined;
    const [, first, last, step] = match;
    const from = first === undefined ? min : Number(first);
    const to = last !== undefined ? Number(last) : first === undefined || step !== undefined ? max : from;
    const by = step === undefined ? 1 : Number(step);
    if (from < min || to > max || from > to || by === 0) return undefined;
    for (let value = from; value <= to; value += by) values.add(value);
  }
  return values;
}

/**
 * The first of the times behind a local time, on a clock that is never set.
 *
 * @param afterMillis local time in milliseconds, as if it were UTC.
 * @returns undefined when none comes within nine years.
 */
export function nextLocalTime(times: CronTimes, afterMillis: number): number | undefined {
  let at = (Math.floor(afterMillis / MINUTE_MILLIS) + 1) * MINUTE_MILLIS;
  for (const end = at + SEARCH_DAYS * DAY_MILLIS; at < end;) {
    const date = new Date(at);
    if (!times.months.has(date.getUTCMonth() + 1)) {
      at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
    } else if (!isDay(times, date)) {
      at = (Math.floor(at / DAY_MILLIS) + 1) * DAY_MILLIS;
    } else if (!times.hours.has(date.getUTCHours())) {
      at = (Math.floor(at / HOUR_MILLIS) + 1) * HOUR_MILLIS;
    } else if (!times.minutes.has(date.getUTCMinutes())) {
      at += MINUTE_MILLIS;
    } else {
      return at;
    }
  }
  return undefined;
}

function isDay(times: CronTimes, date: Date): boolean {
  const ofMonth = times.daysOfMonth.has(date.getUTCDate());
  const ofWeek = times.daysOfWeek.has(date.getUTCDay());
  return times.eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
}
