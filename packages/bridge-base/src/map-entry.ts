// SPDX-License-Identifier: Apache-2.0
import type { Context } from '@opentelemetry/api';

import { exceptionAttributes } from './exception.ts';
import { attributeName, readField } from './fields.ts';
import type { LogEntry } from './log-entry.ts';
import type { BridgedRecord } from './otel-logger.ts';
import { plainValue } from './plain-value.ts';
import { epochTime, fromMillis } from './record-time.ts';
import { traceOfRecord } from './trace-fields.ts';

/** Fields of loggers that have a name in the semantic conventions. */
const CONVENTIONS: ReadonlyMap<string, string> = new Map([
  ['pid', 'process.pid'],
  ['hostname', 'host.name'],
]);

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
  const { context, severityNumber, resourceValue } = given;
  const loggedAt = fromMillis(given.loggedAtMillis) ?? [0, 0];
  const time = entry.time === undefined ? loggedAt : epochTime(entry.time);
  const trace = traceOfRecord(context, entry.fields);
  // First, so that the SDK's limit on their number never drops it.
  const attributes = entry.error === undefined ? {} : exceptionAttributes(entry.error, entry.errorLeftOut);
  if (time === undefined) attributes[entry.timeKey ?? 'time'] = plainValue(entry.time);
  const eventName = readField(entry.fields, EVENT_NAME);
  for (const key of Object.keys(entry.fields)) {
    if (entry.consumed?.has(key) === true || trace.consumed.has(key)) continue;
    if (key === EVENT_NAME && typeof eventName === 'string') continue;
    const convention = CONVENTIONS.get(key);
    const value = readField(entry.fields, key);
    if (value === undefined) continue;
    // Another value than the resource's, as of a child process, is no repetition.
    if (convention !== undefined && resourceValue(convention) === value) continue;
    attributes[convention ?? attributeName(key)] = plainValue(value);
  }
  return {
    timestamp: time ?? loggedAt,
    observedTimestamp: fromMillis(given.nowMillis) ?? [0, 0],
    ...(severityNumber === undefined ? {} : { severityNumber }),
    ...(entry.severityText === undefined ? {} : { severityText: entry.severityText }),
    ...(entry.body === undefined ? {} : { body: plainValue(entry.body) }),
    attributes,
    ...(typeof eventName === 'string' ? { eventName } : {}),
    context: trace.context,
  };
}
