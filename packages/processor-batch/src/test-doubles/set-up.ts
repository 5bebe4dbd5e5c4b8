// SPDX-License-Identifier: Apache-2.0
import { type DiagLogger, diag, DiagLogLevel } from '@opentelemetry/api';
import { ManualClock } from '@logferry/core/testing';

import { BatchingLogRecordProcessor } from '../batching-log-record-processor.ts';
import type { BatchingProcessorOptions } from '../batching-options.ts';
import type { RecordExporter } from './record-exporter.ts';
import { ScriptedExporter, type ScriptedExporterOptions } from './scripted-exporter.ts';

/** A processor with a scripted exporter and a clock that stands still. */
export function setUp(
  exporterOptions: ScriptedExporterOptions = {},
  options: BatchingProcessorOptions = {},
): {
  readonly clock: ManualClock;
  readonly exporter: ScriptedExporter;
  readonly processor: BatchingLogRecordProcessor;
} {
  const clock = new ManualClock();
  const exporter = new ScriptedExporter(exporterOptions);
  const processor = new BatchingLogRecordProcessor(exporter, { clock, environment: {}, ...options });
  return { clock, exporter, processor };
}

/** The same with an exporter that takes records. */
export function setUpRecords(
  exporter: RecordExporter,
  options: BatchingProcessorOptions = {},
): {
  readonly clock: ManualClock;
  readonly exporter: RecordExporter;
  readonly processor: BatchingLogRecordProcessor;
} {
  const clock = new ManualClock();
  return {
    clock,
    exporter,
    processor: new BatchingLogRecordProcessor(exporter, { clock, environment: {}, ...options }),
  };
}

/** Collects what is said through `diag` until the next call. */
export function collectDiagnostics(): string[] {
  const lines: string[] = [];
  const say =
    (level: string) =>
    (message: string): void =>
      void lines.push(`${level} ${message}`);
  const logger: DiagLogger = {
    error: say('error'),
    warn: say('warn'),
    info: say('info'),
    debug: say('debug'),
    verbose: say('verbose'),
  };
  diag.setLogger(logger, { logLevel: DiagLogLevel.INFO, suppressOverrideMessage: true });
  return lines;
}
