// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord, ReadWriteLogRecord } from '@logferry/core';

import { isolateAttributes, isolateValue } from './isolate-value.ts';

/**
 * A record of its own for one destination: it reads as the record behind it, and what is set on it, or changed in place
 * in its attributes and its body, stays in it. Attributes and a body that is no primitive are copied when they are read
 * for the first time. Resource, scope and span context, which records share, are shared here too.
 */
class RecordView {
  readonly resource: ReadableLogRecord['resource'];
  readonly instrumentationScope: ReadableLogRecord['instrumentationScope'];
  readonly spanContext: ReadableLogRecord['spanContext'];
  readonly droppedAttributesCount: number;
  hrTime: ReadableLogRecord['hrTime'];
  hrTimeObserved: ReadableLogRecord['hrTimeObserved'];
  severityNumber: ReadableLogRecord['severityNumber'];
  severityText: string | undefined;
  eventName: string | undefined;
  readonly #source: ReadableLogRecord;
  #attributes: Record<string, unknown> | undefined;
  #body: unknown;
  #hasBody = false;

  constructor(record: ReadableLogRecord) {
    this.#source = record;
    this.resource = record.resource;
    this.instrumentationScope = record.instrumentationScope;
    this.spanContext = record.spanContext;
    this.droppedAttributesCount = record.droppedAttributesCount;
    this.hrTime = [record.hrTime[0], record.hrTime[1]];
    this.hrTimeObserved = [record.hrTimeObserved[0], record.hrTimeObserved[1]];
    this.severityNumber = record.severityNumber;
    this.severityText = record.severityText;
    this.eventName = record.eventName;
  }

  get attributes(): Record<string, unknown> {
    this.#attributes ??= isolateAttributes(this.#source.attributes);
    return this.#attributes;
  }

  get body(): unknown {
    if (!this.#hasBody) {
      this.#body = isolateValue(this.#source.body);
      this.#hasBody = true;
    }
    return this.#body;
  }

  set body(body: unknown) {
    this.#body = body;
    this.#hasBody = true;
  }

  setAttribute(key: string, value?: unknown): this {
    Object.defineProperty(this.attributes, key, { value, enumerable: true, configurable: true, writable: true });
    return this;
  }

  setAttributes(attributes: object): this {
    for (const [key, value] of Object.entries(attributes)) this.setAttribute(key, value);
    return this;
  }

  setBody(body: unknown): this {
    this.body = body;
    return this;
  }

  setEventName(eventName: string): this {
    this.eventName = eventName;
    return this;
  }

  setSeverityNumber(severityNumber: ReadableLogRecord['severityNumber']): this {
    this.severityNumber = severityNumber;
    return this;
  }

  setSeverityText(severityText: string): this {
    this.severityText = severityText;
    return this;
  }
}

/** A view of a record, for one destination. */
export function viewOf(record: ReadableLogRecord): ReadWriteLogRecord {
  return new RecordView(record) as unknown as ReadWriteLogRecord;
}
