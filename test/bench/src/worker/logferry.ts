// SPDX-License-Identifier: Apache-2.0
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';

import { emittingPipeline } from '../harness/emitting-pipeline.ts';
import type { OpenPipeline, Pipeline, PipelineSettings } from '../harness/pipeline.ts';
import { reportingTo } from '../harness/reporting-encoder.ts';
import { Window } from '../harness/window.ts';
import { paced } from './paced.ts';

interface WarmPipeline {
  readonly pipeline: Pipeline;
  readonly flush: () => Promise<void>;
}

let warm: WarmPipeline | undefined;

/**
 * Our OTLP/gRPC exporter in the thread that logs, or in a worker. The rest comes from the standard variables. What was
 * warmed up is measured: a new worker would be cold, and its start would be counted as the cost of records.
 */
export const open: OpenPipeline = async (settings, phase) => {
  warm ??= openOnce(settings);
  const { pipeline, flush } = warm;
  if (phase === 'warm-up')
    return { log: (sequence) => pipeline.log(sequence), room: () => pipeline.room(), finish: flush };
  return settings['recordsPerSecond'] === undefined ? pipeline : paced(pipeline, Number(settings['recordsPerSecond']));
};

function openOnce({ thread, windowRecords }: PipelineSettings): WarmPipeline {
  const window = new Window(Number(windowRecords));
  const exporter =
    thread === 'worker' ? new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, {}) : new OtlpGrpcLogRecordExporter();
  const processor = new BatchingLogRecordProcessor(reportingTo(window, exporter));
  return { pipeline: emittingPipeline(processor, window), flush: () => processor.forceFlush() };
}
