// SPDX-License-Identifier: Apache-2.0
import type { LogEntry } from '@logferry/bridge-base';

import { errorField } from './found-error.ts';
import type { LineKeys } from './logger-facts.ts';
import { liftTraceFields } from './nested-fields.ts';

/** What the reader of a line knows besides the line. */
export interface LineReading extends LineKeys {
  readonly severityText: string | undefined;
  readonly time: unknown;
  readonly timeKey: string;
  /** Fields that the entry holds already. */
  readonly consumed: (key: string, value: unknown) => boolean;
  /** The error as it was before it was written. Default: as the line has it. */
  readonly originalError?: (key: string) => object | undefined;
}

/** The entry of a line that was parsed. */
export function writtenEntry(line: Readonly<Record<string, unknown>>, reading: LineReading): LogEntry {
  const { messageKey, nestedKey, severityText, time, timeKey, consumed } = reading;
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(line)) {
    if (key === messageKey || consumed(key, line[key])) continue;
    fields[key] = line[key];
  }
  const nested = nestedKey === undefined ? undefined : nestedFields(fields, nestedKey);
  const holder = nested ?? fields;
  const errorKey = errorField(holder, reading.errorKey);
  const error = errorKey === undefined ? undefined : (reading.originalError?.(errorKey) ?? holder[errorKey]);
  if (errorKey !== undefined) delete holder[errorKey];
  if (nestedKey !== undefined && nested !== undefined) {
    liftTraceFields(nested, fields);
    if (Object.keys(nested).length === 0) delete fields[nestedKey];
  }
  return {
    body: line[messageKey],
    severityText,
    time,
    timeKey,
    error: error as object | undefined,
    fields,
  };
}

function nestedFields(fields: Readonly<Record<string, unknown>>, key: string): Record<string, unknown> | undefined {
  const nested = fields[key];
  const isMap = typeof nested === 'object' && nested !== null && !Array.isArray(nested);
  return isMap ? (nested as Record<string, unknown>) : undefined;
}

/** The object that a line holds; undefined when it holds none. */
export function parsedLine(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
