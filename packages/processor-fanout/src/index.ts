// SPDX-License-Identifier: Apache-2.0
export type { DestinationStats, FailureReason, FilterReason, SuppressionReason } from './destination-counts.ts';
export { DESTINATION_OPTIONS, type FanOutDestination } from './destination-options.ts';
export type { DestinationFilters, FilterChanges, RecordFilter } from './destination-rules.ts';
export type { ErrorHook } from './error-reports.ts';
export { FanOutLogRecordProcessor, type FanOutStats } from './fan-out-log-record-processor.ts';
export type { MeterSource } from './fan-out-metrics.ts';
export type { FanOutOptions } from './fan-out-options.ts';
export type { FingersCrossedOptions } from './fingers-crossed.ts';
export type { EvictionReason } from './held-traces.ts';
export type { LoggerFilter, LoggerLevel } from './logger-levels.ts';
export { loggerPattern, matchesLogger } from './logger-pattern.ts';
export type { RateLimitOptions } from './rate-limit.ts';
export type { SamplingOptions } from './sampling.ts';
export { type MinimumSeverity, type SeverityName, severityOption } from './severity.ts';
