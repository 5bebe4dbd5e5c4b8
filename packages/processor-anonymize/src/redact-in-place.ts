// SPDX-License-Identifier: Apache-2.0
import type { ReadWriteLogRecord } from '@logferry/core';

import { ERROR_LABEL } from './entities.ts';
import type { RedactedFields } from './walk/record-redaction.ts';

type Writable = { -readonly [K in keyof ReadWriteLogRecord]: unknown };

/**
 * Writes what stands for the fields of a record into the record. The setters of the SDK drop what they don't take and
 * keep what was there, so what is read back decides; what can't be written is deleted or becomes a label. Resource and
 * scope are shared with other records and stay.
 */
export function redactInPlace(record: ReadWriteLogRecord, fields: RedactedFields, summary: object | undefined): void {
  const target = record as Writable;
  if (target.body !== fields.body) write(target, 'body', fields.body);
  if (target.eventName !== fields.eventName) write(target, 'eventName', fields.eventName);
  if (target.severityText !== fields.severityText) write(target, 'severityText', fields.severityText);
  const attributes = record.attributes as Record<string, unknown>;
  for (const key of Object.keys(attributes)) {
    if (!Object.hasOwn(fields.attributes, key)) delete attributes[key];
  }
  for (const [key, value] of Object.entries({ ...fields.attributes, ...summary })) {
    if (attributes[key] !== value) {
      Object.defineProperty(attributes, key, { value, enumerable: true, configurable: true, writable: true });
    }
  }
}

/** Takes all that an application wrote out of a record that could not be redacted, as far as it lets itself be changed. Never throws. */
export function emptyInPlace(record: ReadWriteLogRecord): void {
  const target = record as Writable;
  const steps = [
    () => write(target, 'body', ERROR_LABEL),
    () => write(target, 'eventName', undefined),
    () => write(target, 'severityText', undefined),
    () => emptyAttributes(record),
  ];
  for (const step of steps) {
    try {
      step();
    } catch {
      // What is frozen stays; the others are emptied.
    }
  }
}

function emptyAttributes(record: ReadWriteLogRecord): void {
  const { attributes } = record;
  const isEmptied = Object.keys(attributes).every((key) => Reflect.deleteProperty(attributes, key));
  if (!isEmptied) Object.defineProperty(record, 'attributes', { value: {}, enumerable: true, configurable: true });
}

function write(target: Writable, field: 'body' | 'eventName' | 'severityText', value: unknown): void {
  try {
    target[field] = value;
  } catch {
    // A frozen record, or a setter that throws.
  }
  if (target[field] !== value) {
    Object.defineProperty(target, field, {
      value: value ?? ERROR_LABEL,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
}
