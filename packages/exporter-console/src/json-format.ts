// SPDX-License-Identifier: Apache-2.0
import { NamedValues, normalizeValue, type ReadableLogRecord, type Resource } from '@logferry/core';

import { BoundedText } from './bounded-text.ts';
import { quoteText } from './escape.ts';
import { isoTime } from './line-time.ts';
import { asText, recordTime, spanOf } from './record-fields.ts';
import { severityName, severityRange } from './severity.ts';
import { writeJson, writeJsonEntries } from './value-text.ts';

/** What may follow when the text is full: brackets of nested values, ids, counts, the cut mark. */
const RESERVED_BYTES = 512;

/**
 * One record as one line of JSON, without the `}` and the line break that end it, so that the resource can follow. A
 * field that the record lacks is left out.
 */
export function openJsonLine(record: ReadableLogRecord, maxBytes: number): string {
  const out = new BoundedText(maxBytes, RESERVED_BYTES);
  out.fixed(`{"time":"${isoTime(recordTime(record))}"`);
  writeText(out, 'severity', record.severityText ?? severityName(record.severityNumber));
  if (severityRange(record.severityNumber) >= 0) out.fixed(`,"severityNumber":${record.severityNumber}`);
  writeText(out, 'scope', record.instrumentationScope.name);
  writeText(out, 'eventName', record.eventName);
  if (record.body !== undefined && !out.isFull()) {
    out.fixed(',"body":');
    writeJson(out, record.body);
  }
  writeMap(out, 'attributes', record.attributes);
  const span = spanOf(record);
  if (span !== undefined) {
    out.fixed(`,"traceId":"${span.traceId}","spanId":"${span.spanId}","traceFlags":${span.traceFlags & 0xff}`);
  }
  if (record.droppedAttributesCount > 0) out.fixed(`,"droppedAttributesCount":${record.droppedAttributesCount}`);
  if (out.isCut) out.fixed(',"truncated":true');
  return out.text;
}

/** The resource as the field that ends a line: `,"resource":{…}`. Empty when it has no attributes. */
export function resourceField(resource: Resource, maxBytes: number): string {
  const out = new BoundedText(maxBytes, RESERVED_BYTES);
  writeMap(out, 'resource', resource.attributes);
  if (out.isCut) out.fixed(',"resourceTruncated":true');
  return out.text;
}

function writeText(out: BoundedText, field: string, value: unknown): void {
  const text = asText(value);
  if (text === '' || out.isFull()) return;
  out.fixed(`,"${field}":`);
  out.value(text, quoteText);
}

function writeMap(out: BoundedText, field: string, map: object): void {
  const normal = normalizeValue(map, out.mostItems);
  if (!(normal instanceof NamedValues) || normal.names.length + normal.leftOut === 0 || out.isFull()) return;
  out.fixed(`,"${field}":{`);
  writeJsonEntries(out, normal);
  out.fixed('}');
}
