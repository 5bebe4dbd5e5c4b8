// SPDX-License-Identifier: Apache-2.0
// Logs and ends at once. Arguments: endpoint, file of the CA, way to end, `worker` or `plain`, number of records.
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { LoggerProvider } from '@opentelemetry/sdk-logs';

const [endpoint = '', caFile = '', way = '', mode = '', count = ''] = process.argv.slice(2);
const options = { endpoint, tls: { caFile }, compression: 'gzip' as const };
const exporter =
  mode === 'worker'
    ? new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, options)
    : new OtlpGrpcLogRecordExporter(options);
const processor = new BatchingLogRecordProcessor(exporter, {
  flushOn: ['exit'],
  flushOnTimeoutMillis: 20_000,
  maxExportBatchSize: 500,
});
const provider = new LoggerProvider({ processors: [processor] });
const logger = provider.getLogger('shop');
for (let index = 0; index < Number(count); index += 1) logger.emit({ severityNumber: 9, body: `order ${index}` });

process.on('exit', () => console.log(JSON.stringify(processor.stats().delivered)));
if (way === 'exit-at-once') process.exit(3);
else if (way === 'exit-in-flight') setTimeout(() => process.exit(3), 60);
else if (way === 'throw') throw new Error('uncaught');
