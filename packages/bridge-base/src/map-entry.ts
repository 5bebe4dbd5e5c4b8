// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@opentelemetry/api';

import { exceptionAttributes } from './exception.ts';
import { attributeName, readField } from './fields.ts';
import type { LogEntry } from './log-entry.ts';
import type { BridgedRecord } from './otel-logger.ts';
import { plainValue } from './plain-value.ts';
import { epochTime, fromMillis } from './record-time.ts';
import { traceOfRecord } from './trace-fields.ts';

/** The attribute by which a logger without events names one, as the specification has it for bridges. */
const EVENT_NAME = 'otel.event.name';

export interface MappedRecord extends BridgedRecord {
  readonly attributes: Record<string, unknown>;
}

export interface MappingContext {
  readonly context: Context;
  readonly severityNumber: number | undefined;
  /** When it was logged. */
  readonly loggedAtMillis: number;
  /** When the bridge saw it. */
  readonly nowMillis: number;
  /** The value of an attribute of the resource; undefined where it has none. */
  readonly resourceValue: (name: string) => unknown;
}

/** The one mapping of all bridges from a record of a logger to a log record. */
export function mapEntry(entry: LogEntry, given: MappingContext): MappedRecord {
  const { context, severityNumber, resourceValue, loggedAtMillis, nowMillis } = given;
  const { fields, consumed, error, body, severityText } = entry;
  const loggedAt = fromMillis(loggedAtMillis) ?? [0, 0];
  const time = entry.time === undefined ? loggedAt : epochTime(entry.time);
  const trace = traceOfRecord(context, fields);
  // First, so that the SDK's limit on their number never drops it.
  const attributes = error === undefined ? {} : exceptionAttributes(error, entry.errorLeftOut);
  if (time === undefined) attributes[entry.timeKey ?? 'time'] = plainValue(entry.time);
  const eventName = readField(fields, EVENT_NAME);
  const skipsTraceFields = trace.consumed.size > 0;
  for (const key of Object.keys(fields)) {
    if (consumed?.has(key) === true || (skipsTraceFields && trace.consumed.has(key))) continue;
    if (key === EVENT_NAME && typeof eventName === 'string') continue;
    const value = readField(fields, key);
    if (value === undefined) continue;
    const name = conventionalName(key);
    // Another value than the resource's, as of a child process, is no repetition.
    if (name !== key && resourceValue(name) === value) continue;
    attributes[attributeName(name)] = plainValue(value);
  }
  const record: MappedRecord = {
    timestamp: time ?? loggedAt,
    observedTimestamp: nowMillis === loggedAtMillis ? loggedAt : (fromMillis(nowMillis) ?? [0, 0]),
    attributes,
    context: trace.context,
  };
  if (severityNumber !== undefined) record.severityNumber = severityNumber;
  if (severityText !== undefined) record.severityText = severityText;
  if (body !== undefined) record.body = plainValue(body);
  if (typeof eventName === 'string') record.eventName = eventName;
  return record;
}

/** Fields of loggers that have a name in the semantic conventions. */
function conventionalName(key: string): string {
  if (key === 'pid') return 'process.pid';
  return key === 'hostname' ? 'host.name' : key;
}
