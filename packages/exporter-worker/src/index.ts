// SPDX-License-Identifier: Apache-2.0
export type { WorkerOptions } from './options.ts';
export type { WorkerExporterStats } from './send-counts.ts';
export { WorkerLogRecordExporter } from './worker-log-record-exporter.ts';
