// SPDX-License-Identifier: Apache-2.0
import { context, isSpanContextValid, trace } from '@opentelemetry/api';

/** The fields that name a record's trace; none without an active span. */
export interface TraceFields {
  trace_id?: string;
  span_id?: string;
  /** Two hex digits. */
  trace_flags?: string;
}

/**
 * A mixin for pino that adds the active span to each record as `trace_id`, `span_id` and `trace_flags`. The transport needs it,
 * because the worker can't know what was active in the application; the destination in the same thread does not.
 *
 * It is asked at each call of the logger: `pino({ mixin: traceMixin }, transport)`.
 */
export function traceMixin(): TraceFields {
  const span = trace.getSpanContext(context.active());
  if (span === undefined || !isSpanContextValid(span)) return {};
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    trace_flags: (span.traceFlags & 0xff).toString(16).padStart(2, '0'),
  };
}
