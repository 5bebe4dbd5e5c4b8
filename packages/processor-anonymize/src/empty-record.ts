// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord, ReadWriteLogRecord } from '@logferry/core';

import { ERROR_LABEL } from './entities.ts';
import type { RedactedFields } from './walk/record-redaction.ts';
import { asRecord, RedactedRecord } from './walk/redacted-record.ts';

/**
 * What stands for a record that could not be redacted: its times, severity and span, as far as they can be read, and nothing that
 * an application wrote. Never throws.
 */
export function emptyRecord(record: ReadableLogRecord): ReadWriteLogRecord {
  const resource = { attributes: {}, merge: (): unknown => resource, getRawAttributes: (): unknown[] => [] };
  const fields: RedactedFields = {
    body: ERROR_LABEL,
    attributes: {},
    eventName: undefined,
    severityText: undefined,
    resource: resource as unknown as RedactedFields['resource'],
    instrumentationScope: { name: '' },
  };
  const readable = {
    hrTime: read(record, 'hrTime') ?? [0, 0],
    hrTimeObserved: read(record, 'hrTimeObserved') ?? [0, 0],
    spanContext: read(record, 'spanContext'),
    severityNumber: read(record, 'severityNumber'),
    droppedAttributesCount: read(record, 'droppedAttributesCount') ?? 0,
    attributes: undefined,
  } as unknown as ReadableLogRecord;
  return asRecord(new RedactedRecord(readable, fields, NOTHING, undefined));
}

function read<K extends keyof ReadableLogRecord>(
  record: ReadableLogRecord,
  field: K,
): ReadableLogRecord[K] | undefined {
  try {
    return record[field];
  } catch {
    return undefined;
  }
}

/** Redacts all that is set later. */
const NOTHING = {
  value: (): unknown => ERROR_LABEL,
  key: (): string => ERROR_LABEL,
  text: (): string => ERROR_LABEL,
} as unknown as ConstructorParameters<typeof RedactedRecord>[2];
