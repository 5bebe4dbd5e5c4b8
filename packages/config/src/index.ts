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
export type { ExtendedPolicy, RedactionOptions } from './redaction-options.ts';
