// SPDX-License-Identifier: Apache-2.0
export type { BatchingProcessorStats } from './accounting.ts';
export { BatchingLogRecordProcessor, type FlushOptions } from './batching-log-record-processor.ts';
export type { OverflowPolicy } from './admission.ts';
export type { BatchingProcessorOptions, ReservedSeverity } from './batching-options.ts';
export type { DropReason } from './drop-reason.ts';
export type { FlushEvent, FlushSignal } from './flush-events.ts';
export type { DropReport } from './reporter.ts';
export type { SeverityRange } from './severity-counts.ts';
