// SPDX-License-Identifier: Apache-2.0
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';

import { emittingPipeline } from '../harness/emitting-pipeline.ts';
import type { OpenPipeline } from '../harness/pipeline.ts';
import { reportingTo } from '../harness/reporting-encoder.ts';
import { Window } from '../harness/window.ts';

/** Our batch processor and OTLP/gRPC exporter. Endpoint, CA and compression come from the standard variables. */
export const open: OpenPipeline = async (settings) => {
  const window = new Window(Number(settings['windowRecords']));
  const exporter = reportingTo(window, new OtlpGrpcLogRecordExporter());
  return emittingPipeline(new BatchingLogRecordProcessor(exporter), window);
};
