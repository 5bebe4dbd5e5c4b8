// SPDX-License-Identifier: Apache-2.0
import type { LogEntry } from '@logferry/bridge-base';

import { errorField } from './found-error.ts';
import type { LoggerFacts } from './logger-facts.ts';
import { timeValue } from './pino-time.ts';
import { liftTraceFields } from './nested-fields.ts';

/** One call of a logger, as pino tells a destination that asks for it. */
export interface PinoCall {
  readonly level: number;
  /** The merging object, with what a mixin added; before serializers, redaction and `formatters.log`. */
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: unknown;
  /** JSON of the time; empty when none is written. */
  readonly timeText: string;
}

/**
 * The entry of a call without a look at the written line. Undefined where the line has to be read, because the application
 * changes a field of this record on its way to the line.
 */
export function callEntry(
  facts: LoggerFacts,
  { level, fields: given, message, timeText }: PinoCall,
): LogEntry | undefined {
  if (facts.needsLine) return undefined;
  const time = timeValue(timeText);
  if (time === 'several fields') return undefined;
  const { messageKey, nestedKey, timeKey = 'time' } = facts;
  const { severityText, extras } = facts.level(level);
  const errorKey = errorField(given, facts.errorKey);
  const fields: Record<string, unknown> = { ...facts.bindings, ...extras };
  const ownFields = nestedKey === undefined ? fields : {};
  for (const key in given) {
    if (!Object.hasOwn(given, key)) continue;
    const treatment = facts.treatment(key);
    if (treatment === 'changed') return undefined;
    if (key === errorKey || (key === messageKey && nestedKey === undefined)) continue;
    const value = given[key];
    // Pino leaves both out.
    if (value !== undefined && typeof value !== 'function') ownFields[key] = value;
  }
  if (nestedKey !== undefined) {
    liftTraceFields(ownFields, fields);
    if (Object.keys(ownFields).length > 0) fields[nestedKey] = ownFields;
  }
  return {
    body: message ?? (nestedKey === undefined ? given[messageKey] : undefined),
    severityText,
    time: time?.value,
    timeKey,
    error: errorKey === undefined ? facts.boundError : (given[errorKey] as object),
    fields,
  };
}
