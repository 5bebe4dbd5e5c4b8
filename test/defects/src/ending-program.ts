// SPDX-License-Identifier: Apache-2.0

/**
 * A process that logs 2,010 records, comes to its end as it is told, and logs one more in a listener of `exit`. Its counts
 * by then are on stderr.
 *
 * Arguments: the exporter, the end, and the exporter's path or endpoint.
 */
import process from 'node:process';

import type { EncodingLogRecordExporter } from '@logferry/core';
import { testRecord } from '@logferry/core/testing';
import { ConsoleLogRecordExporter } from '@logferry/exporter-console';
import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';

const [kind = '', end = '', target = ''] = process.argv.slice(2);

function exporter(): EncodingLogRecordExporter {
  switch (kind) {
    case 'console':
      return new ConsoleLogRecordExporter();
    case 'file':
      return new RotatingFileLogRecordExporter({ path: target });
    case 'worker':
      return new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, { endpoint: target });
    default:
      return new OtlpGrpcLogRecordExporter({ endpoint: target });
  }
}

const processor = new BatchingLogRecordProcessor(exporter(), {
  flushOn: ['beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor', 'exit'],
  maxExportBatchSize: 300,
});

let body = 0;
function emit(count: number): void {
  for (let index = 0; index < count; index += 1, body += 1) processor.onEmit(testRecord({ body: `r${body}` }));
}

process.on('exit', () => {
  emit(1);
  const { emitted, delivered, queued, dropped } = processor.stats();
  const lost = Object.values(dropped).reduce((sum, count) => sum + count, 0);
  process.stderr.write(`counts ${JSON.stringify({ emitted, delivered, queued, lost })}\n`);
});

emit(2000);
setTimeout(() => {
  emit(10);
  switch (end) {
    case 'process.exit':
      process.exit(3);
    // oxlint-disable-next-line no-fallthrough -- it does not return
    case 'exception':
      throw new Error('the application’s');
    case 'natural end':
      break;
    default:
      process.kill(process.pid, end);
  }
}, 20);
