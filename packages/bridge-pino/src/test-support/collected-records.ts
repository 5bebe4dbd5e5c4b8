// SPDX-License-Identifier: Apache-2.0
import { type LogRecordProcessor, LoggerProvider, type ReadableLogRecord } from '@opentelemetry/sdk-logs';

/** A record as the SDK hands it on. */
interface CollectedRecord {
  readonly scope: string;
  readonly severityNumber: number | undefined;
  readonly severityText: string | undefined;
  readonly body: unknown;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
  readonly traceFlags: number | undefined;
  readonly hrTime: readonly [number, number];
}

export interface Collector {
  readonly loggerProvider: LoggerProvider;
  readonly records: CollectedRecord[];
  /** The only record so far. */
  readonly only: () => CollectedRecord;
}

/** A provider of the SDK that keeps what it is given. */
export function collector(processor: Partial<LogRecordProcessor> = {}): Collector {
  const records: CollectedRecord[] = [];
  const keeping: LogRecordProcessor = {
    onEmit: (record) => void records.push(flat(record)),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
    ...processor,
  };
  return {
    loggerProvider: new LoggerProvider({ processors: [keeping] }),
    records,
    only() {
      const [record, ...rest] = records;
      if (record === undefined || rest.length > 0) throw new Error(`${records.length} records, expected one`);
      return record;
    },
  };
}

function flat(record: ReadableLogRecord): CollectedRecord {
  const { spanContext } = record;
  return {
    scope: record.instrumentationScope.name,
    severityNumber: record.severityNumber,
    severityText: record.severityText,
    body: record.body,
    attributes: { ...record.attributes },
    traceId: spanContext?.traceId,
    spanId: spanContext?.spanId,
    traceFlags: spanContext?.traceFlags,
    hrTime: [...record.hrTime],
  };
}
