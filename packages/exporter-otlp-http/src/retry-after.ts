// SPDX-License-Identifier: Apache-2.0

/**
 * How long `Retry-After` asks to wait (RFC 9110, 10.2.3): seconds, or an HTTP date. At least 0; the caller clamps.
 * @returns undefined when the field says neither.
 */
export function retryAfterMillis(value: string, nowMillis: number): number | undefined {
  const text = value.trim();
  if (/^\d{1,15}$/.test(text)) return Number(text) * 1000;
  // Dates begin with the name of a day; Date.parse would take "2" or "-1" as a year as well.
  if (!/^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6},? /.test(text)) return undefined;
  // The asctime form has no zone and means GMT as well.
  const atMillis = Date.parse(/ (?:GMT|UTC)$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(atMillis) ? undefined : Math.max(0, atMillis - nowMillis);
}
