// SPDX-License-Identifier: Apache-2.0
export { argumentsEntry } from './arguments-entry.ts';
export {
  BridgeEmitter,
  type BridgeEmitterParts,
  type BridgeOptions,
  type BridgeStats,
  type CallOrigin,
} from './bridge-emitter.ts';
export { exceptionAttributes, isError, isErrorLike, rememberError } from './exception.ts';
export { attributeName, readField } from './fields.ts';
export {
  API_LOGS_VERSION,
  apiLogsGlobal,
  apiLogsProvider,
  apiProvider,
  globalProvider,
  markForwarding,
} from './global-provider.ts';
export type { LogEntry } from './log-entry.ts';
export { type MappedRecord, mapEntry, type MappingContext } from './map-entry.ts';
export type { BridgedRecord, EnabledQuestion, OtelLogger, OtelLoggerProvider } from './otel-logger.ts';
export { plainValue } from './plain-value.ts';
export { epochTime, type EpochTime } from './record-time.ts';
export type { ResourceAttributes } from './resource-attributes.ts';
export { severitiesOfTable, severityOfLabel, severityOfNumber } from './severity.ts';
export { traceOfRecord, type TraceOfRecord } from './trace-fields.ts';
