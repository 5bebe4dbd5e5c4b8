// SPDX-License-Identifier: Apache-2.0
import { type CollectedLogRecord, collectedRecord } from '@logferry-test/support';
import { type LogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs';

export interface Collector {
  readonly loggerProvider: LoggerProvider;
  readonly records: CollectedLogRecord[];
  /** The only record so far. */
  readonly only: () => CollectedLogRecord;
}

/** A provider of the SDK that keeps what it is given. */
export function collector(processor: Partial<LogRecordProcessor> = {}): Collector {
  const records: CollectedLogRecord[] = [];
  const keeping: LogRecordProcessor = {
    onEmit: (record) => void records.push(collectedRecord(record)),
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
