// SPDX-License-Identifier: Apache-2.0
export { OtlpHttpLogRecordExporter } from './exporter.ts';
export type { OtlpHttpLogRecordExporterOptions, OtlpHttpProtocol } from './options.ts';
export type {
  Compression,
  Headers,
  OtlpExporterStats as OtlpHttpExporterStats,
  RetryOptions,
  TlsOptions,
  TlsVersion,
} from '@logferry/otlp-exporter-base';
