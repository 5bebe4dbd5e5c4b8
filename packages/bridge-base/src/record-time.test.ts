// SPDX-License-Identifier: Apache-2.0
import { randomRuns } from '@logferry-test/support/random';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { epochTime } from './record-time.ts';

const SECONDS = 1_767_323_045;

test.each<[string, unknown, [number, number]]>([
  ['seconds', SECONDS, [SECONDS, 0]],
  ['seconds with a fraction', SECONDS + 0.25, [SECONDS, 250_000_000]],
  ['milliseconds', SECONDS * 1000 + 6, [SECONDS, 6_000_000]],
  ['milliseconds with a fraction, as of performance.now', SECONDS * 1000 + 6.5, [SECONDS, 6_500_000]],
  ['microseconds', SECONDS * 1e6 + 6007, [SECONDS, 6_007_000]],
  ['nanoseconds as bigint', BigInt(SECONDS) * 1_000_000_000n + 6_007_008n, [SECONDS, 6_007_008]],
  ['nanoseconds as digits', `${SECONDS}006007008`, [SECONDS, 6_007_008]],
  ['milliseconds as digits', `${SECONDS}006`, [SECONDS, 6_000_000]],
  ['seconds as digits', String(SECONDS), [SECONDS, 0]],
  ['seconds as decimal digits', `${SECONDS}.006007008`, [SECONDS, 6_007_008]],
  ['a Date', new Date(SECONDS * 1000 + 6), [SECONDS, 6_000_000]],
  ['ISO 8601', '2026-01-02T03:04:05.006Z', [SECONDS, 6_000_000]],
  ['ISO 8601 with nanoseconds', '2026-01-02T03:04:05.006007008Z', [SECONDS, 6_007_008]],
  ['ISO 8601 with more digits than nanoseconds', '2026-01-02T03:04:05.006007008999Z', [SECONDS, 6_007_008]],
  ['ISO 8601 without a fraction', '2026-01-02T03:04:05Z', [SECONDS, 0]],
  ['ISO 8601 without seconds', '2026-01-02T03:04Z', [SECONDS - 5, 0]],
  ['ISO 8601 with an offset', '2026-01-02T05:34:05.006+02:30', [SECONDS, 6_000_000]],
  ['ISO 8601 with an offset without a colon', '2026-01-02T05:34:05.006+0230', [SECONDS, 6_000_000]],
  ['ISO 8601 with a comma', '2026-01-02T03:04:05,006Z', [SECONDS, 6_000_000]],
  ['RFC 3339 with a blank', '2026-01-02 03:04:05.006Z', [SECONDS, 6_000_000]],
  ['the epoch', 0, [0, 0]],
  ['the last nanosecond that OTLP has room for', 18_446_744_073_709_551_615n, [18_446_744_073, 709_551_615]],
])('reads %s', (_form, value, expected) => {
  expect(epochTime(value)).toEqual(expected);
});

test('a time without a zone is local', () => {
  const local = new Date(2026, 0, 2, 3, 4, 5);
  expect(epochTime('2026-01-02 03:04:05')).toEqual([local.getTime() / 1000, 0]);
});

test.each<[unknown]>([
  [undefined],
  [null],
  [true],
  [''],
  ['yesterday'],
  ['2026-13-45T00:00:00Z'],
  ['1'.repeat(5000)],
  ['2026-01-02T03:04:05.' + '0'.repeat(5000)],
  [Number.NaN],
  [Infinity],
  [-1],
  [-1n],
  [10n ** 30n],
  [new Date(Number.NaN)],
  [new Date(-1)],
  [{ valueOf: () => 1 }],
])('%o is no time', (value) => {
  expect(epochTime(value)).toBeUndefined();
});

test('every millisecond of four centuries survives as number, Date and ISO text', () => {
  // From 3 March 1973, before which milliseconds are fewer than the seconds of the year 5138.
  fc.assert(
    fc.property(fc.integer({ min: 1e11, max: 12_622_780_800_000 }), (millis) => {
      const expected = [Math.floor(millis / 1000), (millis % 1000) * 1e6];
      expect(epochTime(millis)).toEqual(expected);
      expect(epochTime(new Date(millis))).toEqual(expected);
      expect(epochTime(new Date(millis).toISOString())).toEqual(expected);
      expect(epochTime(`${millis}000000`)).toEqual(expected);
    }),
    randomRuns(),
  );
});

test('no value throws', () => {
  fc.assert(
    fc.property(fc.anything({ withDate: true, withBigInt: true }), (value) => {
      const time = epochTime(value);
      if (time === undefined) return;
      expect(Number.isInteger(time[0]) && time[0] >= 0).toBe(true);
      expect(Number.isInteger(time[1]) && time[1] >= 0 && time[1] < 1e9).toBe(true);
    }),
    randomRuns(),
  );
});
