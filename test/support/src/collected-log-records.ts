// SPDX-License-Identifier: Apache-2.0
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, type LogRecordProcessor, type ReadableLogRecord } from '@opentelemetry/sdk-logs';

/** A log record as a processor of the SDK gets it, as plain data. */
export interface CollectedLogRecord {
  readonly scope: string;
  readonly severityNumber: number | undefined;
  readonly severityText: string | undefined;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly droppedAttributesCount: number;
  readonly eventName: string | undefined;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly traceFlags: number | undefined;
  readonly hrTime: readonly [number, number];
  readonly hrTimeObserved: readonly [number, number];
}

export interface CollectedLogRecords {
  readonly provider: LoggerProvider;
  readonly records: readonly CollectedLogRecord[];
}

export interface CollectedLogRecordsOptions {
  /** Attributes of the resource. */
  readonly resource?: Readonly<Record<string, string | number>>;
  /** Runs inside the SDK's emit, after the record was kept. */
  readonly onEmit?: (record: CollectedLogRecord) => void;
  /** What the processor answers to the SDK's question whether it wants a record. Default: it has no answer. */
  readonly enabled?: NonNullable<LogRecordProcessor['enabled']>;
}

/** A provider of the SDK's 3.x line, and the records that reached its processor. */
export function collectLogRecords(options: CollectedLogRecordsOptions = {}): CollectedLogRecords {
  const { records, processor } = collectingProcessor(options);
  const resource = resourceFromAttributes(options.resource ?? {});
  return { provider: new LoggerProvider({ resource, processors: [processor] }), records };
}

/** The processor of `collectLogRecords`, for a provider of the test's own. */
export function collectingProcessor({ onEmit, enabled }: Omit<CollectedLogRecordsOptions, 'resource'> = {}): {
  readonly records: readonly CollectedLogRecord[];
  readonly processor: LogRecordProcessor;
} {
  const records: CollectedLogRecord[] = [];
  const processor: LogRecordProcessor = {
    onEmit(record) {
      const collected = collectedRecord(record);
      records.push(collected);
      onEmit?.(collected);
    },
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    ...(enabled === undefined ? {} : { enabled }),
  };
  return { records, processor };
}

/** Copied at once: a processor may keep nothing of a record that is changed later. */
export function collectedRecord(record: ReadableLogRecord): CollectedLogRecord {
  const { spanContext } = record;
  return {
    scope: record.instrumentationScope.name,
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: record.body,
    attributes: { ...record.attributes },
    droppedAttributesCount: record.droppedAttributesCount,
    eventName: record.eventName,
    traceId: spanContext?.traceId,
    spanId: spanContext?.spanId,
    traceFlags: spanContext?.traceFlags,
    hrTime: [...record.hrTime],
    hrTimeObserved: [...record.hrTimeObserved],
  };
}
