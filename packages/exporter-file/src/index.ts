// SPDX-License-Identifier: Apache-2.0
export type { RotatingFileOptions } from './options.ts';
export { RotatingFileLogRecordExporter, type RotatingFileStats } from './rotating-file-log-record-exporter.ts';
