// SPDX-License-Identifier: Apache-2.0
import type { HrTime, ReadableLogRecord } from '@logferry/core';

/** The record's own time, or where it has none the time it was observed. */
export function recordTime(record: ReadableLogRecord): HrTime {
  const [seconds, nanoseconds] = record.hrTime;
  return seconds === 0 && nanoseconds === 0 ? record.hrTimeObserved : record.hrTime;
}

/** The span a record belongs to, when its ids are valid (W3C trace context): anything else is no id and is left out. */
export function spanOf(record: ReadableLogRecord): ReadableLogRecord['spanContext'] {
  const span = record.spanContext;
  if (span === undefined || !/^[\da-f]{32}$/.test(span.traceId) || !/^[\da-f]{16}$/.test(span.spanId)) return undefined;
  return span;
}

/** A field that the types call a string, whatever an application put there; empty when it is absent. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value === undefined || value === null) return '';
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `[${typeof value}]`;
}
