// SPDX-License-Identifier: Apache-2.0
import { type LogRecord, ROOT_CONTEXT, trace } from '@opentelemetry/api';

import { type InputRecord, isObject, type JsonObject, textOf } from './input-record.ts';

const LABELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const KNOWN = new Set([
  'level',
  'time',
  'msg',
  'message',
  'pid',
  'hostname',
  'name',
  'err',
  'trace_id',
  'span_id',
  'trace_flags',
]);

/** A line as pino and bunyan write it: numeric or named level, time in ms or ISO 8601, the rest as attributes. */
export function readPinoLine(line: JsonObject): InputRecord {
  const attributes: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(line)) if (!KNOWN.has(key)) attributes[key] = value;
  if (line['pid'] !== undefined) attributes['process.pid'] = line['pid'];
  if (line['hostname'] !== undefined) attributes['host.name'] = line['hostname'];
  addException(attributes, line['err']);

  const record: LogRecord = { ...severityOf(line['level']), body: line['msg'] ?? line['message'] ?? null };
  const time = timeOf(line['time']);
  if (time !== undefined) record.timestamp = time;
  else if (line['time'] !== undefined) attributes['time'] = line['time'];
  const context = contextOf(line);
  if (context !== undefined) record.context = context;
  record.attributes = attributes;
  return { resource: undefined, scope: { name: textOf(line['name']) ?? 'input' }, record };
}

function severityOf(level: unknown): Pick<LogRecord, 'severityNumber' | 'severityText'> {
  if (typeof level === 'number' && level >= 10 && level < 70) {
    // 10 → 1, 20 → 5, … 60 → 21; levels between two of them fall in between.
    const severityNumber = Math.min(1 + Math.floor(((level - 10) / 10) * 4), 24);
    return { severityNumber, severityText: LABELS[Math.floor(level / 10) - 1] ?? String(level) };
  }
  if (typeof level !== 'string') return {};
  const index = LABELS.indexOf(level.toLowerCase());
  return index === -1 ? { severityText: level } : { severityNumber: 1 + index * 4, severityText: level };
}

function timeOf(time: unknown): Date | undefined {
  if (typeof time !== 'number' && typeof time !== 'string') return undefined;
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function addException(attributes: Record<string, unknown>, err: unknown): void {
  if (!isObject(err)) {
    if (err !== undefined) attributes['err'] = err;
    return;
  }
  const names: readonly [string, string][] = [
    ['type', 'exception.type'],
    ['message', 'exception.message'],
    ['stack', 'exception.stacktrace'],
  ];
  const known = new Map(names);
  for (const [key, value] of Object.entries(err)) attributes[known.get(key) ?? `err.${key}`] = value;
}

function contextOf(line: JsonObject): LogRecord['context'] {
  const traceId = textOf(line['trace_id']);
  const spanId = textOf(line['span_id']);
  if (traceId === undefined || spanId === undefined) return undefined;
  const flags = flagsOf(line['trace_flags']);
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: flags,
    isRemote: true,
  });
}

/** Written as a number or, by some loggers, as two hexadecimal digits. */
function flagsOf(value: unknown): number {
  if (typeof value === 'number') return value & 0xff;
  return typeof value === 'string' && /^[0-9a-f]{1,2}$/i.test(value) ? Number.parseInt(value, 16) : 0;
}
