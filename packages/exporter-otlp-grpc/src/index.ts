// SPDX-License-Identifier: Apache-2.0
export { OtlpGrpcLogRecordExporter } from './exporter.ts';
export type { KeepaliveOptions, LoadBalancing, OtlpGrpcLogRecordExporterOptions } from './options.ts';
export type {
  Compression,
  Headers,
  HeadersFunction,
  HeadersRequest,
  OtlpExporterStats as OtlpGrpcExporterStats,
  RetryOptions,
  TlsOptions,
  TlsVersion,
} from '@logferry/otlp-exporter-base';
