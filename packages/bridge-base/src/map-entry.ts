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
  context: Context;
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
  const { context, severityNumber, loggedAtMillis, nowMillis } = given;
  const { error, body, severityText } = entry;
  const loggedAt = fromMillis(loggedAtMillis) ?? [0, 0];
  const time = entry.time === undefined ? loggedAt : epochTime(entry.time);
  // First, so that the SDK's limit on their number never drops it.
  const attributes = error === undefined ? {} : exceptionAttributes(error, entry.errorLeftOut);
  if (time === undefined) attributes[entry.timeKey ?? 'time'] = plainValue(entry.time);
  const record: MappedRecord = {
    timestamp: time ?? loggedAt,
    observedTimestamp: nowMillis === loggedAtMillis ? loggedAt : (fromMillis(nowMillis) ?? [0, 0]),
    attributes,
    context,
  };
  if (severityNumber !== undefined) record.severityNumber = severityNumber;
  if (severityText !== undefined) record.severityText = severityText;
  if (body !== undefined) record.body = plainValue(body);
  addFields(record, entry, given.resourceValue);
  return record;
}

type ResourceValue = MappingContext['resourceValue'];

function addFields(record: MappedRecord, entry: LogEntry, resourceValue: ResourceValue): void {
  const { fields } = entry;
  try {
    // This very form (an own key of the loop, read in place) is what V8 reads without looking the key up.
    for (const key in fields) {
      if (Object.prototype.hasOwnProperty.call(fields, key)) addField(record, entry, key, fields[key], resourceValue);
    }
  } catch {
    // A getter threw. What was added already is added once more.
    for (const key of Object.keys(fields)) addField(record, entry, key, readField(fields, key), resourceValue);
  }
}

function addField(
  record: MappedRecord,
  { fields, consumed }: LogEntry,
  key: string,
  value: unknown,
  resourceValue: ResourceValue,
): void {
  if (value === undefined || consumed?.has(key) === true) return;
  let name = key;
  switch (key) {
    case 'pid':
    case 'hostname':
      name = key === 'pid' ? 'process.pid' : 'host.name';
      // Another value than the resource's, as of a child process, is no repetition.
      if (resourceValue(name) === value) return;
      break;
    case 'trace_id':
    case 'span_id':
    case 'trace_flags': {
      const trace = traceOfRecord(record.context, fields);
      if (trace.consumed.has(key)) {
        record.context = trace.context;
        return;
      }
      break;
    }
    case EVENT_NAME:
      if (typeof value === 'string') {
        record.eventName = value;
        return;
      }
      break;
    case '':
    case '__proto__':
      name = attributeName(key);
      break;
    default:
  }
  record.attributes[name] = plainValue(value);
}
