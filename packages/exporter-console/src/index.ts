// SPDX-License-Identifier: Apache-2.0
export { ConsoleLogRecordExporter } from './console-log-record-exporter.ts';
export type { ConsoleExporterStats } from './console-writer.ts';
export type { ConsoleLogRecordExporterOptions } from './options.ts';
