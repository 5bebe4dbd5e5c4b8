// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';

import type { LogEntry } from '@logferry/bridge-base';

import type { PinoCall } from './call-entry.ts';
import type { LoggerFacts } from './logger-facts.ts';
import { timeValue } from './pino-time.ts';
import { parsedLine, writtenEntry } from './written-line.ts';

/** The entry of a call from the line that pino wrote for it, which has all that serializers, formatters and redaction did. */
export function lineEntry(facts: LoggerFacts, call: PinoCall, line: string): LogEntry {
  const { severityText, saying } = facts.level(call.level);
  const text = timeValue(call.timeText);
  const parsed = parsedLine(line);
  const { timeKey = 'time' } = facts;
  if (parsed === undefined) {
    // The application's `streamWrite` made something else of it.
    return {
      body: line.trimEnd(),
      severityText,
      time: typeof text === 'object' ? text.value : undefined,
      timeKey,
      fields: {},
    };
  }
  const time = text === 'several fields' ? parsed[timeKey] : text?.value;
  return writtenEntry(parsed, {
    messageKey: facts.messageKey,
    errorKey: facts.errorKey,
    nestedKey: facts.nestedKey,
    severityText,
    time,
    timeKey,
    // A field of the record under the same key comes later in the line, and wins.
    consumed: (key, value) =>
      (key === 'name' && value === facts.name) ||
      (key === timeKey && value === time) ||
      (Object.hasOwn(saying, key) && saying[key] === value),
    ...(facts.mayReplaceRecord ? {} : { originalError: (key) => originalError(facts, call, key) }),
  });
}

/** The error itself, where the application has no part in how it is written. */
function originalError(facts: LoggerFacts, { fields }: PinoCall, key: string): object | undefined {
  const error = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return types.isNativeError(error) && facts.treatment(key) === 'standard error' ? error : undefined;
}
