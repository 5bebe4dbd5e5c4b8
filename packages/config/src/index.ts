// SPDX-License-Identifier: Apache-2.0
export type {
  ConsoleExporter,
  ExporterOptions,
  ExporterType,
  OtlpFileExporter,
  OtlpGrpcExporter,
  OtlpHttpExporter,
  RotatingFileExporter,
} from './exporter-options.ts';
export type {
  DestinationOptions,
  LoggerConfig,
  LoggerRule,
  LoggersOptions,
  LogPipelineOptions,
  LogRecordLimits,
  QueueOptions,
  ReloadOptions,
  ResourceAttribute,
  ResourceOptions,
} from './options.ts';
export { createLogPipeline, type LogPipeline } from './pipeline/log-pipeline.ts';
export type { LogDestinationStats, LogPipelineStats } from './pipeline/pipeline-stats.ts';
export type { ExtendedPolicy, RedactionOptions } from './redaction-options.ts';
export { configurationError, problemText } from './problems/problem-text.ts';
export type { ConfigProblem, FilePosition } from './problems/problem.ts';
export {
  readConfiguration,
  type ReadConfiguration,
  readConfigurationFile,
  type ReadConfigurationOptions,
} from './file/read-configuration.ts';
export {
  type ConfigurationSources,
  resolveConfiguration,
  type ResolvedConfiguration,
} from './environment/resolve-configuration.ts';
