// SPDX-License-Identifier: Apache-2.0
import { invalidOption } from '@logferry/core';

/** Short names of the severities, spelled as in the declarative configuration of OpenTelemetry. Each has four numbers. */
export type SeverityName = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/**
 * The least severity that passes: a name (its first number), a number from 1 to 24, `all`, or `off` for nothing at all.
 * A record without a severity passes every level but `off`, as in the SDK.
 */
export type MinimumSeverity = SeverityName | 'all' | 'off' | number;

/** Source: logs data model, "Field: SeverityNumber". */
const FIRST_NUMBERS: Readonly<Record<SeverityName, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

export const WARN: number = FIRST_NUMBERS.warn;

export const MAX_SEVERITY = 24;

/** Above every severity number. */
export const OFF = 254;

/** The value of a severity option as a number: 0 for `all`, OFF for `off`. @throws LogferryError `INVALID_OPTION` */
export function severityOption(name: string, value: MinimumSeverity | undefined, fallback: MinimumSeverity): number {
  const severity = value ?? fallback;
  if (severity === 'all') return 0;
  if (severity === 'off') return OFF;
  if (typeof severity === 'number' && Number.isInteger(severity) && severity >= 1 && severity <= MAX_SEVERITY)
    return severity;
  if (typeof severity === 'string' && Object.hasOwn(FIRST_NUMBERS, severity)) return FIRST_NUMBERS[severity];
  const names = Object.keys(FIRST_NUMBERS).join(', ');
  throw invalidOption(name, severity, `one of ${names}, all, off, or a whole number from 1 to 24`);
}
