// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord, ReadWriteLogRecord } from '@logferry/core';

import type { RecordRedaction, RedactedFields } from './record-redaction.ts';

/**
 * What the delegate gets in place of a record in which something was found. What the delegate itself sets on it is
 * redacted as well; the original never changes.
 */
export class RedactedRecord {
  readonly hrTime: ReadableLogRecord['hrTime'];
  readonly hrTimeObserved: ReadableLogRecord['hrTimeObserved'];
  readonly spanContext: ReadableLogRecord['spanContext'];
  readonly resource: ReadableLogRecord['resource'];
  readonly instrumentationScope: ReadableLogRecord['instrumentationScope'];
  readonly attributes: Record<string, unknown>;
  readonly droppedAttributesCount: number;
  severityNumber: ReadableLogRecord['severityNumber'];
  severityText: string | undefined;
  eventName: string | undefined;
  body: unknown;
  readonly #redaction: RecordRedaction;

  constructor(
    record: ReadableLogRecord,
    fields: RedactedFields,
    redaction: RecordRedaction,
    summary: object | undefined,
  ) {
    this.hrTime = record.hrTime;
    this.hrTimeObserved = record.hrTimeObserved;
    this.spanContext = record.spanContext;
    this.resource = fields.resource;
    this.instrumentationScope = fields.instrumentationScope;
    // The attributes of the original are never written to.
    const isShared = fields.attributes === (record.attributes as unknown);
    this.attributes = isShared || summary !== undefined ? { ...fields.attributes, ...summary } : fields.attributes;
    this.droppedAttributesCount = record.droppedAttributesCount;
    this.severityNumber = record.severityNumber;
    this.severityText = fields.severityText;
    this.eventName = fields.eventName;
    this.body = fields.body;
    this.#redaction = redaction;
  }

  setAttribute(key: string, value?: unknown): this {
    const redacted = this.#redaction.value(value, key);
    if (redacted === undefined) return this;
    const name = this.#redaction.key(key);
    Object.defineProperty(this.attributes, name, {
      value: redacted,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return this;
  }

  setAttributes(attributes: object): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value);
    return this;
  }

  setBody(body: unknown): this {
    this.body = this.#redaction.value(body, undefined);
    return this;
  }

  setEventName(eventName: string): this {
    this.eventName = this.#redaction.text(eventName, 'event_name');
    return this;
  }

  setSeverityNumber(severityNumber: ReadableLogRecord['severityNumber']): this {
    this.severityNumber = severityNumber;
    return this;
  }

  setSeverityText(severityText: string): this {
    this.severityText = this.#redaction.text(severityText, 'severity_text');
    return this;
  }
}

/** The view as the SDK's types call it. */
export function asRecord(view: RedactedRecord): ReadWriteLogRecord {
  return view as unknown as ReadWriteLogRecord;
}
