// SPDX-License-Identifier: Apache-2.0
/**
 * An application that logs over OTLP/gRPC and then ends in some way. Run by the tests of the process's end, with its
 * options as JSON in the first argument.
 */
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor, type FlushEvent } from '@logferry/processor-batch';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { writeSync } from 'node:fs';

export interface ApplicationOptions {
  readonly endpoint: string;
  readonly flushOn: readonly FlushEvent[];
  readonly records: number;
  /** `runs`: until a signal comes; `ends`: nothing is left to do; `exits`: it calls process.exit(4); `throws`: nobody catches. */
  readonly end: 'runs' | 'ends' | 'exits' | 'throws';
  /** Whether the exporter runs in a worker thread. */
  readonly worker?: boolean;
  /** It listens for SIGTERM itself and ends with exit code 3. */
  readonly ownHandler?: boolean;
}

const { endpoint, flushOn, records, end, ownHandler, worker } = JSON.parse(process.argv[2] ?? '') as ApplicationOptions;

function say(text: string): void {
  writeSync(1, `${text}\n`);
}

const environment = {};
const exporterOptions = { endpoint, environment, retry: { initialBackoffMillis: 50, maxBackoffMillis: 50 } };
const processor = new BatchingLogRecordProcessor(
  worker === true
    ? new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, exporterOptions)
    : new OtlpGrpcLogRecordExporter(exporterOptions),
  {
    environment,
    flushOn,
    flushOnTimeoutMillis: 1000,
    maxExportBatchSize: 10,
    scheduledDelayMillis: 60_000,
    onDrop: ({ reason, count }) => say(`dropped ${count} ${reason}`),
  },
);
const provider = new LoggerProvider({ processors: [processor] });
const logger = provider.getLogger('application');
for (let number = 1; number <= records; number += 1) logger.emit({ body: 'last words', attributes: { number } });

const running = end === 'runs' ? setInterval(() => undefined, 1000) : undefined;
if (ownHandler === true) {
  process.on('SIGTERM', () => {
    process.exitCode = 3;
    clearInterval(running);
  });
}
process.on('exit', () => {
  const { emitted, delivered, queued, dropped } = processor.stats();
  say(`at exit: ${JSON.stringify({ emitted, delivered, queued, shutdown: dropped.shutdown })}`);
});
if (end === 'ends') process.exitCode = 7;
say('ready');
if (end === 'exits') setTimeout(() => process.exit(4), 100);
if (end === 'throws') {
  setTimeout(() => {
    throw new Error('nobody catches this');
  }, 100);
}
