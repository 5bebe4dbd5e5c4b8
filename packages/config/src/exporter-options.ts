// SPDX-License-Identifier: Apache-2.0
// Optional peers: where one is not installed, its types are missing, and those of this package must compile nevertheless. Here they
// are there, so that @ts-expect-error would be an error.
/** @ts-ignore an optional peer */
import type { ConsoleLogRecordExporterOptions } from '@logferry/exporter-console';
/** @ts-ignore an optional peer */
import type { RotatingFileOptions } from '@logferry/exporter-file';
/** @ts-ignore an optional peer */
import type { OtlpGrpcLogRecordExporterOptions } from '@logferry/exporter-otlp-grpc';
/** @ts-ignore an optional peer */
import type { OtlpHttpLogRecordExporterOptions } from '@logferry/exporter-otlp-http';

/** Options of a package that need not be installed: where it is not, they are any object instead of `any`. */
type OptionsOf<T> = 0 extends 1 & T ? { readonly [option: string]: unknown } : T;

/** OTLP/gRPC; the package @logferry/exporter-otlp-grpc, whose options stand beside `type`. */
export type OtlpGrpcExporter = { readonly type: 'otlp-grpc' } & OptionsOf<OtlpGrpcLogRecordExporterOptions>;

/** OTLP/HTTP; the package @logferry/exporter-otlp-http, whose options stand beside `type`. */
export type OtlpHttpExporter = { readonly type: 'otlp-http' } & OptionsOf<OtlpHttpLogRecordExporterOptions>;

/** Rotating files; the package @logferry/exporter-file, whose options stand beside `type`. */
export type RotatingFileExporter = { readonly type: 'rotating-file' } & OptionsOf<RotatingFileOptions>;

/** The console; the package @logferry/exporter-console, whose options stand beside `type`. */
export type ConsoleExporter = { readonly type: 'console' } & OptionsOf<ConsoleLogRecordExporterOptions>;

/** One file of OTLP JSON lines that is never rotated, or the standard output; the package @logferry/exporter-file. */
export interface OtlpFileExporter {
  readonly type: 'otlp-file';
  /** The file; a relative path is taken from the working directory. Default: the standard output. */
  readonly path?: string;
}

/** An exporter by its type, with the options of its package. The package is loaded when a destination names it. */
export type ExporterOptions =
  | OtlpGrpcExporter
  | OtlpHttpExporter
  | RotatingFileExporter
  | ConsoleExporter
  | OtlpFileExporter;

/** The names of the exporters that a configuration can name. */
export type ExporterType = ExporterOptions['type'];
