// SPDX-License-Identifier: Apache-2.0
export {
  type AttributePath,
  attributePathSegments,
  type AttributePathStep,
  parseAttributePath,
} from './attribute-path.ts';
export { type AttributePathState, matchAttributePaths } from './attribute-path-matcher.ts';
export { type BackoffPolicy, backoffDelayMillis } from './backoff.ts';
export type { BatchEncoder, EncodedBatch, EncodedLine, EncodedLinesBatch, RecordLines } from './batch-encoder.ts';
export { type Clock, systemClock, type TimerHandle } from './clock.ts';
export { type ComponentAttributes, componentAttributes } from './component-attributes.ts';
export { type DeadlineResult, withinDeadline } from './deadline.ts';
export { Diagnostics } from './diagnostics.ts';
export { Environment } from './environment.ts';
export { isLogferryError, LogferryError, type LogferryErrorCode } from './errors.ts';
export {
  type FieldName,
  type FieldSink,
  type FieldWritingRecord,
  type Utf8Source,
  writesFields,
} from './field-writing-record.ts';
export { holdEventLoop } from './event-loop-hold.ts';
export { exportRecords } from './export-records.ts';
export { type EncodingLogRecordExporter, isEncodingExporter } from './exporter.ts';
export { type ExporterWork, exporterWork } from './exporter-work.ts';
export { knownOptions } from './known-options.ts';
export { CIRCULAR, Marker, MAX_DEPTH, THROWS, TRUNCATED } from './markers.ts';
export { nearestName } from './nearest-name.ts';
export { isInt64Number, ItemList, NamedValues, type NormalValue, normalizeValue } from './normalize-value.ts';
export { booleanOption, choiceOption, integerOption, invalidOption, type NumberBounds } from './options.ts';
export { type RecordReader, readsRecordsOnly } from './record-access.ts';
export type {
  EmitContext,
  ExportResult,
  HrTime,
  InstrumentationScope,
  LogRecordExporter,
  LogRecordProcessor,
  ReadableLogRecord,
  ReadWriteLogRecord,
  Resource,
  SeverityNumber,
} from './record-types.ts';
export type { DeliveredOutcome, FailedOutcome, RetryableOutcome, SendOutcome } from './send-outcome.ts';
export { snapshotRecord } from './snapshot-record.ts';
export { ValueSnapshots } from './snapshot-value.ts';
export { suppressTracing } from './suppress-tracing.ts';
export { escapeUnsafeCharacters, sanitizeUntrustedText } from './untrusted-text.ts';
export type { BatchParts, PreparedExporter, WorkerReadyExporter, WorkerSupport } from './worker-support.ts';
