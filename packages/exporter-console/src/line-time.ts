// SPDX-License-Identifier: Apache-2.0
import type { HrTime } from '@logferry/core';

/** `2026-01-01T00:00:00.123456789Z`: RFC 3339 in UTC, always with nine digits so that lines sort by time. */
export function isoTime([seconds, nanoseconds]: HrTime): string {
  return `${isoSecond(seconds)}.${digits(nanoseconds, 9)}Z`;
}

/** `00:00:00.123Z`: the time of day in UTC, marked as such. */
export function utcTimeOfDay([seconds, nanoseconds]: HrTime): string {
  return `${isoSecond(seconds).slice(-8)}.${digits(Math.floor(nanoseconds / 1e6), 3)}Z`;
}

/** `01:00:00.123`: the time of day in the time zone of the process. */
export function localTimeOfDay([seconds, nanoseconds]: HrTime): string {
  const date = new Date(seconds * 1000);
  const time = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => digits(part, 2)).join(':');
  return `${time}.${digits(Math.floor(nanoseconds / 1e6), 3)}`;
}

// Records come in the order of time, so most of them share their second with the one before.
let cachedSecond = Number.NaN;
let cachedText = '';

function isoSecond(seconds: number): string {
  if (seconds !== cachedSecond) {
    const date = new Date(seconds * 1000);
    // Beyond the years that Date knows, an HrTime made by hand; the line must not be lost for it.
    cachedText = Number.isNaN(date.getTime()) ? '0000-00-00T00:00:00' : date.toISOString().slice(0, -5);
    cachedSecond = seconds;
  }
  return cachedText;
}

function digits(value: number, width: number): string {
  return String(value).padStart(width, '0');
}
