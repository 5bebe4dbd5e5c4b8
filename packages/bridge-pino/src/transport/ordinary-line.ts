// SPDX-License-Identifier: Apache-2.0
import { epochTime, type EpochTime, plainValue, traceOfRecord } from '@logferry/bridge-base';
import { ROOT_CONTEXT, type SpanContext, trace } from '@opentelemetry/api';

import type { LineFormat } from '../foreign-line.ts';

/** What a line is as a log record. */
export interface LineRecord {
  /** The logger's name; undefined when it has none. */
  readonly name: string | undefined;
  readonly time: EpochTime;
  readonly severityNumber: number | undefined;
  readonly severityText: string | undefined;
  readonly body: unknown;
  readonly eventName: string | undefined;
  readonly attributes: Record<string, unknown>;
  readonly spanContext: SpanContext | undefined;
}

/**
 * The record of a line as nearly all are: a numeric level, a readable time, no error. It does in one pass what `readLine` and
 * the shared mapping do in three, with the same result. Undefined for any other line.
 */
export function ordinaryRecord(
  line: Readonly<Record<string, unknown>>,
  format: LineFormat,
  resourceValue: (name: string) => unknown,
): LineRecord | undefined {
  const { messageKey, errorKey, levels, timeKey = 'time' } = format;
  const { level } = line;
  const time = epochTime(line[timeKey]);
  if (typeof level !== 'number' || time === undefined || format.nestedKey !== undefined) return undefined;
  const { severityNumber, severityText } = levels.ofNumber(level);
  const attributes: Record<string, unknown> = {};
  let name: string | undefined;
  let isTraced = false;
  for (const key in line) {
    if (key === 'level' || key === timeKey || key === messageKey) continue;
    const value = line[key];
    switch (key) {
      case 'pid':
        if (value !== resourceValue('process.pid')) attributes['process.pid'] = plainValue(value);
        break;
      case 'hostname':
        if (value !== resourceValue('host.name')) attributes['host.name'] = plainValue(value);
        break;
      case 'name':
        if (typeof value === 'string' && value !== '') name = value;
        else attributes[key] = plainValue(value);
        break;
      case 'trace_id':
      case 'span_id':
      case 'trace_flags':
        isTraced = true;
        break;
      case 'otel.event.name':
      case '':
      case '__proto__':
        return undefined;
      case 'err':
      case 'error':
      case errorKey:
        if (typeof value === 'object' && value !== null) return undefined;
        attributes[key] = value;
        break;
      default:
        attributes[key] = typeof value === 'object' ? plainValue(value) : value;
    }
  }
  const spanContext = isTraced ? tracedBy(line, attributes) : undefined;
  const message = line[messageKey];
  const body = message === undefined ? undefined : plainValue(message);
  return { name, time, severityNumber, severityText, body, eventName: undefined, attributes, spanContext };
}

/** The trace that a line names; fields that name none become attributes. */
function tracedBy(
  line: Readonly<Record<string, unknown>>,
  attributes: Record<string, unknown>,
): SpanContext | undefined {
  const { context, consumed } = traceOfRecord(ROOT_CONTEXT, line);
  for (const key of ['trace_id', 'span_id', 'trace_flags']) {
    if (Object.hasOwn(line, key) && !consumed.has(key)) attributes[key] = plainValue(line[key]);
  }
  return trace.getSpanContext(context);
}
