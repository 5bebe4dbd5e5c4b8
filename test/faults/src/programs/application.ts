// SPDX-License-Identifier: Apache-2.0
/**
 * An application that logs over OTLP/gRPC, or into a file, and then ends in some way. Run by the tests of the process's end, with its
 * options as JSON in the first argument.
 */
import type { LogRecordExporter } from '@logferry/core';
import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { WorkerLogRecordExporter } from '@logferry/exporter-worker';
import { BatchingLogRecordProcessor, type FlushEvent } from '@logferry/processor-batch';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { writeSync } from 'node:fs';

export interface ApplicationOptions {
  /** Where to send, or the file to write. */
  readonly destination: { readonly endpoint: string } | { readonly path: string };
  readonly flushOn: readonly FlushEvent[];
  readonly records: number;
  /** `runs`: until a signal comes; `ends`: nothing is left to do; `exits`: it calls process.exit(4); `throws`: nobody catches. */
  readonly end: 'runs' | 'ends' | 'exits' | 'throws';
  /** Nobody listens at the destination. */
  readonly isDown?: boolean;
  /** Whether the exporter runs in a worker thread. */
  readonly worker?: boolean;
  /** It listens for SIGTERM itself and ends with exit code 3. */
  readonly ownHandler?: boolean;
}

const { destination, flushOn, records, end, ownHandler, isDown, worker } = JSON.parse(
  process.argv[2] ?? '',
) as ApplicationOptions;

function say(text: string): void {
  writeSync(1, `${text}\n`);
}

const environment = {};
function exporter(): LogRecordExporter {
  if ('path' in destination) return new RotatingFileLogRecordExporter({ path: destination.path });
  const options = { ...destination, environment, retry: { initialBackoffMillis: 50, maxBackoffMillis: 50 } };
  return worker === true
    ? new WorkerLogRecordExporter(OtlpGrpcLogRecordExporter, options)
    : new OtlpGrpcLogRecordExporter(options);
}

const processor = new BatchingLogRecordProcessor(exporter(), {
  environment,
  flushOn,
  // Long where the destination answers, for a busy machine; where it is down, all of it is waited for.
  flushOnTimeoutMillis: isDown === true ? 500 : 10_000,
  maxExportBatchSize: 10,
  scheduledDelayMillis: 60_000,
  onDrop: ({ reason, count }) => say(`dropped ${count} ${reason}`),
});
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
