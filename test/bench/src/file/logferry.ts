// SPDX-License-Identifier: Apache-2.0
import { RotatingFileLogRecordExporter, type RotatingFileOptions } from '@logferry/exporter-file';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { join } from 'node:path';

import { emittingPipeline } from '../harness/emitting-pipeline.ts';
import type { OpenPipeline } from '../harness/pipeline.ts';
import { reportingTo } from '../harness/reporting-encoder.ts';
import { Window } from '../harness/window.ts';
import { FILE_MIB, MAX_FILES, phaseDirectory } from './rotation.ts';

/** Our batch processor and rotating file exporter, in this thread or in a worker: OTLP JSON or flat JSON. */
export const open: OpenPipeline = async (settings, phase) => {
  const window = new Window(Number(settings['windowRecords']));
  const options: RotatingFileOptions = {
    path: join(phaseDirectory(settings, phase), 'bench.jsonl'),
    maxFileBytes: FILE_MIB * 2 ** 20,
    maxFiles: MAX_FILES,
    format: settings['format'] === 'json' ? 'json' : 'otlp-json',
    compression: settings['compression'] === 'gzip' ? 'gzip' : 'none',
  };
  const exporter =
    settings['thread'] === 'worker'
      ? new WorkerLogRecordExporter(RotatingFileLogRecordExporter, options)
      : new RotatingFileLogRecordExporter(options);
  return emittingPipeline(new BatchingLogRecordProcessor(reportingTo(window, exporter)), window);
};
