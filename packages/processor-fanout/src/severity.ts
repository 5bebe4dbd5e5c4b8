// SPDX-License-Identifier: Apache-2.0
import { invalidOption } from '@logferry/core';

/** A range of four severity numbers. */
type SeverityRange = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

/** Short names of the severities, spelled as in the declarative configuration of OpenTelemetry: `trace`, `trace2` to `fatal4`. */
export type SeverityName = SeverityRange | `${SeverityRange}${2 | 3 | 4}`;

/**
 * The least severity that passes: a name, a number from 1 to 24, `all`, or `off` for nothing at all.
 * A record without a severity passes every level but `off`, as in the SDK.
 */
export type MinimumSeverity = SeverityName | 'all' | 'off' | number;

/** Source: logs data model, "Field: SeverityNumber". */
const FIRST_NUMBERS: Readonly<Record<SeverityRange, number>> = {
  trace: 1,
  debug: 5,
  info: 9,
  warn: 13,
  error: 17,
  fatal: 21,
};

/** By name, with `trace2` to `fatal4`. */
const NUMBERS: ReadonlyMap<string, number> = new Map(
  Object.entries(FIRST_NUMBERS).flatMap(([name, first]) =>
    [0, 1, 2, 3].map((step) => [step === 0 ? name : `${name}${step + 1}`, first + step] as const),
  ),
);

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
  const named = typeof severity === 'string' ? NUMBERS.get(severity) : undefined;
  if (named !== undefined) return named;
  const names = Object.keys(FIRST_NUMBERS).join(', ');
  throw invalidOption(
    name,
    severity,
    `one of ${names}, also with 2 to 4 after it, all, off, or a whole number from 1 to 24`,
  );
}
