// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';

/** `[seconds, nanoseconds]` since the Unix epoch. */
export type EpochTime = [number, number];

/** Below it a number counts as seconds (until the year 5138), then as milliseconds, then as microseconds. */
const SECONDS_BELOW = 1e11;
const MILLIS_BELOW = 1e14;
const MICROS_BELOW = 1e17;

/** The last second whose nanoseconds fit into 64 bits, the width that OTLP has for a time. */
const LAST_SECOND = 18_446_744_073;

const DIGITS = /^\d{1,20}$/;
const DECIMAL = /^\d{1,11}\.\d{1,12}$/;
/** ISO 8601 as loggers write it; also with a blank for the T, and without a zone, which means local time. */
const ISO = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,12}))?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * A time of a log record in any form that loggers write: a Date, seconds, milliseconds, microseconds or nanoseconds as
 * number, bigint or digits, or ISO 8601. Undefined for what can't be read, and for times before 1970, which OTLP has no room for.
 */
export function epochTime(value: unknown): EpochTime | undefined {
  switch (typeof value) {
    case 'number':
      return fromNumber(value);
    case 'bigint':
      return fromInteger(value);
    case 'string':
      return fromText(value);
    case 'object':
      return types.isDate(value) ? fromMillis(Date.prototype.getTime.call(value)) : undefined;
    default:
      return undefined;
  }
}

/** The time of milliseconds since the epoch. */
export function fromMillis(millis: number): EpochTime | undefined {
  const seconds = Math.floor(millis / 1000);
  // From the fraction, because the whole in nanoseconds would be no exact double.
  return checked(seconds, Math.round((millis - seconds * 1000) * 1e6));
}

function fromNumber(value: number): EpochTime | undefined {
  if (!Number.isFinite(value) || value < 0) return undefined;
  if (value < SECONDS_BELOW) {
    const seconds = Math.floor(value);
    // A double of this size holds microseconds at best; more digits would be noise.
    return checked(seconds, Math.round((value - seconds) * 1e6) * 1000);
  }
  if (value < MILLIS_BELOW) return fromMillis(value);
  return fromInteger(BigInt(Math.floor(value)));
}

function fromInteger(value: bigint): EpochTime | undefined {
  if (value < 0n) return undefined;
  const perSecond =
    value < BigInt(SECONDS_BELOW)
      ? 1n
      : value < BigInt(MILLIS_BELOW)
        ? 1000n
        : value < BigInt(MICROS_BELOW)
          ? 1_000_000n
          : 1_000_000_000n;
  return checked(Number(value / perSecond), Number((value % perSecond) * (1_000_000_000n / perSecond)));
}

function fromText(text: string): EpochTime | undefined {
  if (DIGITS.test(text)) return fromInteger(BigInt(text));
  if (DECIMAL.test(text)) return fromDecimal(text);
  const parts = ISO.exec(text);
  if (parts === null) return undefined;
  const [, date, time, fraction = '', zone = ''] = parts;
  const millis = Date.parse(`${date}T${time}${zone}`);
  return checked(Math.floor(millis / 1000), Number(fraction.slice(0, 9).padEnd(9, '0')));
}

function fromDecimal(text: string): EpochTime | undefined {
  const [whole = '', fraction = ''] = text.split('.');
  return checked(Number(whole), Number(fraction.slice(0, 9).padEnd(9, '0')));
}

function checked(seconds: number, nanos: number): EpochTime | undefined {
  if (nanos >= 1e9) return checked(seconds + 1, nanos - 1e9);
  return seconds >= 0 && seconds <= LAST_SECOND ? [seconds, nanos] : undefined;
}
