// SPDX-License-Identifier: Apache-2.0
/**
 * Emits a million records in one tick, tells its parent how that went, waits until it may go on, flushes, and tells the
 * counts. A process of its own, so that its memory is that of the pipeline.
 */
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-grpc';
import { LoggerProvider, type LogRecordExporter } from '@opentelemetry/sdk-logs';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';

import { DEBUG, ERROR, type FloodEnd, type FloodReport, type FloodSettings, RECORDS } from './flood-messages.ts';

const settings = JSON.parse(process.argv[2] ?? '') as FloodSettings;

function exporterOf({ exporter, endpoint }: FloodSettings): LogRecordExporter {
  if (exporter === 'official') return new OTLPLogExporter({ url: endpoint, timeoutMillis: 60_000 });
  return new OtlpGrpcLogRecordExporter({ endpoint, timeoutMillis: 60_000 });
}

const processor = new BatchingLogRecordProcessor(exporterOf(settings), { exportTimeoutMillis: 60_000 });
const nothing = { onEmit: () => {}, forceFlush: async () => {}, shutdown: async () => {} };
const provider = new LoggerProvider({ processors: [settings.exporter === 'none' ? nothing : processor] });
const logger = provider.getLogger('flood', '1.0.0');
const padding = 'x'.repeat(settings.padding);

function emit(index: number): void {
  const isError = index % settings.errorEvery === 0;
  logger.emit({
    severityNumber: isError ? ERROR : DEBUG,
    severityText: isError ? 'ERROR' : 'DEBUG',
    body: `the order with the number ${index} was taken from the queue${padding}`,
    attributes: {
      'order.index': index,
      'order.amount': index / 100,
      'order.is_first': index % 7 === 0,
      'http.request.method': 'POST',
      'http.route': '/orders/:id',
      'url.path': `/orders/${index}`,
      'client.address': '10.1.2.3',
      'thread.name': 'worker-1',
    },
  });
}

/** Without garbage, which an application makes as it likes. */
function liveBytes(): number {
  // Twice, because memory outside of the heap is given back after the collection.
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const liveBefore = liveBytes();
const residentBefore = process.memoryUsage.rss();
const cpuBefore = process.cpuUsage();
const start = performance.now();
for (let index = 0; index < RECORDS; index += 1) emit(index);
const wallMillis = performance.now() - start;
const cpu = process.cpuUsage(cpuBefore);
const residentBytes = process.resourceUsage().maxRSS * 1024 - residentBefore;
const report: FloodReport = {
  stats: processor.stats(),
  emitCpuMicros: (cpu.user + cpu.system) / RECORDS,
  emitWallMicros: (wallMillis * 1000) / RECORDS,
  liveBytes: liveBytes() - liveBefore,
  residentBytes,
};
process.send?.(report);

process.once('message', () => {
  void (async () => {
    await processor.forceFlush({ timeoutMillis: 60_000 });
    const end: FloodEnd = { stats: processor.stats() };
    process.send?.(end);
    await processor.shutdown();
    process.disconnect();
  })();
});
