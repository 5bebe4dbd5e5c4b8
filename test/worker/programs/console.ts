// SPDX-License-Identifier: Apache-2.0
// Logs to the console through a worker.
import { ConsoleLogRecordExporter } from '@logferry/exporter-console';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { LoggerProvider } from '@opentelemetry/sdk-logs';

const exporter = new WorkerLogRecordExporter(ConsoleLogRecordExporter, { format: 'json', stderrMinSeverity: 17 });
const provider = new LoggerProvider({ processors: [new BatchingLogRecordProcessor(exporter)] });
const logger = provider.getLogger('shop');
for (let index = 0; index < 1000; index += 1) {
  logger.emit({ severityNumber: index % 10 === 0 ? 17 : 9, body: `order ${index}` });
}
await provider.shutdown();
