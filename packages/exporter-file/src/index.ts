// SPDX-License-Identifier: Apache-2.0
export type { Owner } from './file-facts.ts';
export type { Compression } from './compressor.ts';
export type { ArchivedFile } from './finish-file.ts';
export type { LogFormatter } from './json/formatted-lines.ts';
export type { JsonFieldNames, JsonFormatOptions } from './json/json-options.ts';
export type { LogFileFormat } from './json/record-encoding.ts';
export type { RotatingFileOptions } from './options.ts';
export type { FsyncPolicy } from './fsync-policy.ts';
export { RotatingFileLogRecordExporter, type RotatingFileStats } from './rotating-file-log-record-exporter.ts';
