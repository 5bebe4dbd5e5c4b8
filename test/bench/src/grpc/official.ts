// SPDX-License-Identifier: Apache-2.0
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { BatchLogRecordProcessor, type LogRecordExporter } from '@opentelemetry/sdk-logs';

import { emittingPipeline } from '../harness/emitting-pipeline.ts';
import type { OpenPipeline } from '../harness/pipeline.ts';
import { Window } from '../harness/window.ts';

/** The official batch processor and OTLP/gRPC exporter. Endpoint, CA and compression come from the standard variables. */
export const open: OpenPipeline = async (settings) => {
  const maxQueueSize = Number(settings['maxQueueSize']);
  // The queue never holds more than what is not delivered, so a window of the queue's size drops nothing.
  const window = new Window(maxQueueSize);
  const processor = new BatchLogRecordProcessor({
    exporter: reporting(new OTLPLogExporter(), window),
    maxQueueSize,
    maxExportBatchSize: Number(settings['maxExportBatchSize']),
  });
  return emittingPipeline(processor, window);
};

/** The exporter, telling the window of each export that ends. */
function reporting(exporter: LogRecordExporter, window: Window): LogRecordExporter {
  return {
    export(records, done) {
      exporter.export(records, (result) => {
        window.delivered(records.length);
        done(result);
      });
    },
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}
