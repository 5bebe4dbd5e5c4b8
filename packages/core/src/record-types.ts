// SPDX-License-Identifier: Apache-2.0

/**
 * The SDK's types, derived so that one declaration compiles against both lines of the SDK
 * (0.2xx with api-logs, 3.x with the API): nothing here names a type that only one line exports.
 */
import type {
  LogRecordExporter,
  LogRecordProcessor,
  ReadableLogRecord,
  ReadWriteLogRecord,
} from '@opentelemetry/sdk-logs';

export type { LogRecordExporter, LogRecordProcessor, ReadableLogRecord, ReadWriteLogRecord };

/** `[seconds, nanoseconds]` since the Unix epoch. */
export type HrTime = ReadableLogRecord['hrTime'];

export type Resource = ReadableLogRecord['resource'];

export type InstrumentationScope = ReadableLogRecord['instrumentationScope'];

/** Severity numbers 1 to 24 of the logs data model. */
export type SeverityNumber = NonNullable<ReadableLogRecord['severityNumber']>;

/** What an exporter tells the caller of `export`: code 0 is success, 1 is failure. */
export type ExportResult = Parameters<Parameters<LogRecordExporter['export']>[1]>[0];

/** The context argument of `onEmit`; undefined on a call without one. */
export type EmitContext = Parameters<LogRecordProcessor['onEmit']>[1];
