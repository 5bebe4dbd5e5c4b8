// SPDX-License-Identifier: Apache-2.0
import { type Context, isSpanContextValid, trace } from '@opentelemetry/api';

/** The fields that correlation of the official instrumentations adds to records. */
const TRACE_FIELDS: ReadonlySet<string> = new Set(['trace_id', 'span_id', 'trace_flags']);

export interface TraceOfRecord {
  /** The context that the record is emitted in. */
  readonly context: Context;
  /** Fields that it holds already. */
  readonly consumed: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();

/**
 * The trace of a record: the active span's; where there is none, what the record's own fields name. Fields that say something else
 * than the record's trace stay attributes.
 */
export function traceOfRecord(active: Context, fields: Readonly<Record<string, unknown>>): TraceOfRecord {
  const { trace_id: traceId, span_id: spanId } = fields;
  if (typeof traceId !== 'string' || typeof spanId !== 'string') return { context: active, consumed: NOTHING };
  const span = trace.getSpanContext(active);
  if (span !== undefined && isSpanContextValid(span)) {
    const isSame = span.traceId === traceId && span.spanId === spanId;
    return { context: active, consumed: isSame ? TRACE_FIELDS : NOTHING };
  }
  const named = { traceId, spanId, traceFlags: traceFlags(fields['trace_flags']), isRemote: true };
  if (!isSpanContextValid(named)) return { context: active, consumed: NOTHING };
  return { context: trace.setSpanContext(active, named), consumed: TRACE_FIELDS };
}

/** A byte, or its two hex digits. */
function traceFlags(value: unknown): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xff) return value;
  return typeof value === 'string' && /^[0-9a-f]{2}$/i.test(value) ? Number.parseInt(value, 16) : 0;
}
