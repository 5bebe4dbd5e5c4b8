// SPDX-License-Identifier: Apache-2.0
import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { join } from 'node:path';

import { emittingPipeline } from '../harness/emitting-pipeline.ts';
import type { OpenPipeline } from '../harness/pipeline.ts';
import { reportingTo } from '../harness/reporting-encoder.ts';
import { Window } from '../harness/window.ts';
import { FILE_MIB, MAX_FILES, phaseDirectory } from './rotation.ts';

/** Our batch processor and rotating file exporter: OTLP JSON, with resource and scope on each line, or flat JSON. */
export const open: OpenPipeline = async (settings, phase) => {
  const window = new Window(Number(settings['windowRecords']));
  const exporter = new RotatingFileLogRecordExporter({
    path: join(phaseDirectory(settings, phase), 'bench.jsonl'),
    maxFileBytes: FILE_MIB * 2 ** 20,
    maxFiles: MAX_FILES,
    format: settings['format'] === 'json' ? 'json' : 'otlp-json',
    compression: settings['compression'] === 'gzip' ? 'gzip' : 'none',
  });
  return emittingPipeline(new BatchingLogRecordProcessor(reportingTo(window, exporter)), window);
};
