// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from './record-types.ts';

import type { ValueSnapshots } from './snapshot-value.ts';

/** What a record takes beside the values of its attributes and its body. */
const RECORD_BYTES = 280;

type SpanContext = NonNullable<ReadableLogRecord['spanContext']>;

/** The fields of a record, to be filled in. */
type Fields = { -readonly [K in keyof ReadableLogRecord]?: unknown };

/**
 * A copy that no later change of the record, its attributes or its body can reach. Values that exporters can't handle
 * become ones that they can; what can't be read becomes a marker. Resource and scope stay the same objects, because
 * exporters group records by their identity.
 *
 * Throws only when the record's own fields throw, which no SDK's record does.
 */
export function snapshotRecord(
  record: ReadableLogRecord,
  values: ValueSnapshots,
): { readonly record: ReadableLogRecord; readonly byteLength: number } {
  values.start();
  const attributes = values.attributes(record.attributes);
  const fields: Fields = {
    hrTime: [...record.hrTime],
    hrTimeObserved: [...record.hrTimeObserved],
    severityText: record.severityText,
    severityNumber: record.severityNumber,
    body: values.body(record.body),
    eventName: record.eventName,
    resource: record.resource,
    instrumentationScope: record.instrumentationScope,
    attributes,
    droppedAttributesCount: record.droppedAttributesCount + values.droppedAttributes,
  };
  const { spanContext } = record;
  if (spanContext !== undefined) fields.spanContext = copySpanContext(spanContext);
  return { record: fields as ReadableLogRecord, byteLength: RECORD_BYTES + values.byteLength };
}

/** Field by field: a span context may be an instance whose fields are getters. */
function copySpanContext(source: SpanContext): SpanContext {
  const copy: SpanContext = { traceId: source.traceId, spanId: source.spanId, traceFlags: source.traceFlags };
  if (source.isRemote !== undefined) copy.isRemote = source.isRemote;
  if (source.traceState !== undefined) copy.traceState = source.traceState;
  return copy;
}
