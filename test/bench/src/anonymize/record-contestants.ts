// SPDX-License-Identifier: Apache-2.0
import type { ReadWriteLogRecord } from '@logferry/core';
import { AnonymizingLogRecordProcessor } from '@logferry/processor-anonymize';
import type { LogRecord } from '@logtape/logtape';
import { redactByPattern } from '@logtape/redaction';

import { redactWithPatterns } from './naive-patterns.ts';
import { LOGTAPE_PATTERNS } from './text-contestants.ts';

/** What is left of body and attributes. */
type RecordRedactor = (record: ReadWriteLogRecord) => { readonly body?: unknown; readonly attributes: unknown };

/** Each run makes them anew. */
export const RECORD_CONTESTANTS = {
  logferry: (): RecordRedactor => {
    let behind: ReadWriteLogRecord | undefined;
    const done = Promise.resolve();
    const delegate = {
      onEmit: (record: ReadWriteLogRecord) => void (behind = record),
      forceFlush: () => done,
      shutdown: () => done,
    };
    const processor = new AnonymizingLogRecordProcessor(delegate, { policy: 'default', environment: {} });
    return (record) => {
      processor.onEmit(record);
      return behind!;
    };
  },
  alternation: (): RecordRedactor => (record) => ({
    body: walk(record.body),
    attributes: walk(record.attributes),
  }),
  logtape: (): RecordRedactor => {
    let current: unknown[] = [];
    const format = redactByPattern(() => current, LOGTAPE_PATTERNS);
    const nothing = {} as LogRecord;
    return (record) => {
      current = [record.body, record.attributes];
      const [body, attributes] = format(nothing);
      return { body, attributes };
    };
  },
} as const;

/** A copy of everything, as one writes it first. */
function walk(value: unknown): unknown {
  if (typeof value === 'string') return redactWithPatterns(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(walk);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, walk(item)]));
}
