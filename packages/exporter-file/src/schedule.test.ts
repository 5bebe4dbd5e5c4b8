// SPDX-License-Identifier: Apache-2.0
import { ManualClock } from '@logferry/core/testing';
import { randomRuns, randomTimeout } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseCron } from './cron.ts';
import { PeriodClock } from './period-clock.ts';
import { Schedule } from './schedule.ts';
import { TimeZone } from './time-zone.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2020, 0, 1);
const TEN_YEARS = Date.UTC(2030, 0, 1);

/** Northern and southern rules, half an hour, changes at midnight, quarters of an hour, none, and a day that was skipped. */
const ZONES = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Cairo', 'Asia/Kathmandu'] as const;

function schedule(expression: string, zone: string): Schedule {
  return new Schedule(parseCron('rotateEvery', expression), new TimeZone(zone));
}

function beginnings(expression: string, zone: string, from: number, to: number): string[] {
  const times = schedule(expression, zone);
  const found: string[] = [];
  for (let at = times.nextAfter(from); at < to; at = times.nextAfter(at)) found.push(new Date(at).toISOString());
  return found;
}

/** The instants of ten years at which the clocks of a place may show midnight or are set: each half hour, or quarter. */
function* instants(zone: TimeZone): Generator<{ readonly at: number; readonly local: number }> {
  const step = zone.offsetMillis(FROM) % (30 * MINUTE) === 0 ? 30 * MINUTE : 15 * MINUTE;
  for (let at = FROM; at < TEN_YEARS; at += step) yield { at, local: at + zone.offsetMillis(at) };
}

describe('the beginnings of periods, over ten years', () => {
  it.each(ZONES)(
    'in %s, are the first instant of each date, none skipped and none twice',
    (name) => {
      const expected: number[] = [];
      let latest = -Infinity;
      for (const { at, local } of instants(new TimeZone(name))) {
        const date = Math.floor(local / DAY);
        if (date > latest && latest !== -Infinity) expected.push(at);
        latest = Math.max(latest, date);
      }
      const times = schedule('day', name);
      const found: number[] = [];
      for (let at = times.nextAfter(FROM); at < TEN_YEARS; at = times.nextAfter(at)) found.push(at);
      expect(found.length).toBeGreaterThan(3600);
      expect(found).toStrictEqual(expected[0] === found[0] ? expected : expected.slice(1));
    },
    60_000,
  );

  it(
    'are found again from any instant between them',
    () => {
      const zone = fc.constantFrom(...ZONES);
      const expression = fc.constantFrom(
        'hour',
        'day',
        'week',
        '30 2 * * *',
        '*/20 1-3 * * *',
        '0 0 1 * *',
        '15 12 29 2 *',
      );
      const instant = fc.integer({ min: FROM, max: TEN_YEARS });
      fc.assert(
        fc.property(zone, expression, instant, fc.double({ min: 0, max: 1, noNaN: true }), (name, cron, from, part) => {
          const times = schedule(cron, name);
          const next = times.nextAfter(from);
          expect(next).toBeGreaterThan(from);
          const between = from + Math.floor((next - from - 1) * part);
          expect(times.nextAfter(between)).toBe(next);
          expect(times.nextAfter(next - 1)).toBe(next);
        }),
        randomRuns(1500),
      );
    },
    randomTimeout(60_000),
  );
});

describe('a day on which the clocks are set', () => {
  it('has 23 hours in spring, and 25 in autumn, in which one comes twice', () => {
    const hours = (from: number, to: number): number => beginnings('hour', 'Europe/Berlin', from - 1, to).length;
    expect(hours(Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 2, 29, 22))).toBe(23);
    expect(hours(Date.UTC(2026, 9, 24, 22), Date.UTC(2026, 9, 25, 23))).toBe(25);
  });

  it('counts a time that is skipped when the clocks are set, and one that comes twice once', () => {
    const between = (month: number, first: number): string[] =>
      beginnings('30 2 * * *', 'Europe/Berlin', Date.UTC(2026, month, first), Date.UTC(2026, month, first + 3));
    expect(between(2, 28)).toStrictEqual([
      '2026-03-28T01:30:00.000Z',
      '2026-03-29T01:00:00.000Z',
      '2026-03-30T00:30:00.000Z',
    ]);
    expect(between(9, 24)).toStrictEqual([
      '2026-10-24T00:30:00.000Z',
      '2026-10-25T00:30:00.000Z',
      '2026-10-26T01:30:00.000Z',
    ]);
  });

  it('counts it once also after a start between the two', () => {
    const times = schedule('30 2 * * *', 'Europe/Berlin');
    expect(new Date(times.nextAfter(Date.UTC(2026, 9, 25, 1, 10))).toISOString()).toBe('2026-10-26T01:30:00.000Z');
  });

  it('begins at 1 o’clock where midnight is skipped', () => {
    expect(beginnings('day', 'Africa/Cairo', Date.UTC(2026, 3, 23), Date.UTC(2026, 3, 25))).toStrictEqual([
      '2026-04-23T22:00:00.000Z',
      '2026-04-24T21:00:00.000Z',
    ]);
  });

  it('is found where a whole day is skipped', () => {
    expect(beginnings('day', 'Pacific/Apia', Date.UTC(2011, 11, 29), Date.UTC(2012, 0, 1))).toStrictEqual([
      '2011-12-29T10:00:00.000Z',
      '2011-12-30T10:00:00.000Z',
      '2011-12-31T10:00:00.000Z',
    ]);
  });
});

describe('cron expressions', () => {
  it.each([
    [
      '0,30 8-9 * * 1-5',
      ['2026-01-02T08:00', '2026-01-02T08:30', '2026-01-02T09:00', '2026-01-02T09:30', '2026-01-05T08:00'],
    ],
    [
      '*/25 23 * * *',
      ['2026-01-01T23:00', '2026-01-01T23:25', '2026-01-01T23:50', '2026-01-02T23:00', '2026-01-02T23:25'],
    ],
    [
      '0 0 29 2 *',
      ['2028-02-29T00:00', '2032-02-29T00:00', '2036-02-29T00:00', '2040-02-29T00:00', '2044-02-29T00:00'],
    ],
    [
      '0 6 13 * 5',
      ['2026-01-02T06:00', '2026-01-09T06:00', '2026-01-13T06:00', '2026-01-16T06:00', '2026-01-23T06:00'],
    ],
    ['0 0 * * 7', ['2026-01-04T00:00', '2026-01-11T00:00', '2026-01-18T00:00', '2026-01-25T00:00', '2026-02-01T00:00']],
    ['week', ['2026-01-05T00:00', '2026-01-12T00:00', '2026-01-19T00:00', '2026-01-26T00:00', '2026-02-02T00:00']],
  ])('%s', (expression, expected) => {
    const from = Date.UTC(2026, 0, 1, 10);
    const found = beginnings(expression, 'UTC', from, Date.UTC(2050, 0, 1)).slice(0, expected.length);
    expect(found).toStrictEqual(expected.map((time) => `${time}:00.000Z`));
  });

  it.each([
    '',
    'daily',
    '* * * *',
    '* * * * * *',
    '60 * * * *',
    '* 24 * * *',
    '* * 0 * *',
    '5-1 * * * *',
    '*/0 * * * *',
    'a * * * *',
    '0 0 31 2 *',
  ])('refuses %j', (expression) => {
    expect(() => parseCron('rotateEvery', expression)).toThrow(/^rotateEvery must be /);
  });
});

describe('a period', () => {
  const NOON = Date.UTC(2026, 5, 15, 12);

  function period(clock: ManualClock): PeriodClock {
    return new PeriodClock(schedule('day', 'UTC'), clock);
  }

  it('is over at its end, also when the machine slept through it', () => {
    const clock = new ManualClock(NOON);
    const times = period(clock);
    times.begin();
    clock.jumpWall(12 * HOUR - 1);
    expect(times.isOver()).toBe(false);
    clock.jumpWall(1);
    expect(times.isOver()).toBe(true);
    times.begin();
    clock.jumpWall(40 * DAY);
    expect(times.isOver()).toBe(true);
  });

  it('is that of the last write, for a file of an earlier process', () => {
    const times = period(new ManualClock(NOON));
    times.begin(NOON - 11 * HOUR);
    expect(times.isOver()).toBe(false);
    times.begin(NOON - 13 * HOUR);
    expect(times.isOver()).toBe(true);
  });

  it('does not end twice when the clock is set back over its beginning', () => {
    const clock = new ManualClock(NOON + 12 * HOUR);
    const times = period(clock);
    times.begin();
    clock.jumpWall(-100);
    expect(times.isOver()).toBe(false);
    clock.jumpWall(100);
    expect(times.isOver()).toBe(false);
  });

  it('ends soon when the clock was years ahead and is set right', () => {
    const clock = new ManualClock(NOON + 3650 * DAY);
    const times = period(clock);
    times.begin();
    clock.jumpWall(-3650 * DAY);
    expect(times.isOver()).toBe(false);
    clock.jumpWall(12 * HOUR);
    expect(times.isOver()).toBe(true);
  });

  it('of a file with a time in the future is the present one', () => {
    const clock = new ManualClock(NOON);
    const times = period(clock);
    times.begin(NOON + 365 * DAY);
    clock.jumpWall(12 * HOUR);
    expect(times.isOver()).toBe(true);
  });
});
