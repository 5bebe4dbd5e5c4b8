// SPDX-License-Identifier: Apache-2.0
export { OtlpGrpcLogRecordExporter } from './exporter.ts';
export type {
  Compression,
  Headers,
  KeepaliveOptions,
  OtlpGrpcLogRecordExporterOptions,
  RetryOptions,
  TlsOptions,
  TlsVersion,
} from './options.ts';
export type { OtlpGrpcExporterStats } from './send-counters.ts';
