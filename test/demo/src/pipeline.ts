// SPDX-License-Identifier: Apache-2.0
import type { Logger } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider } from '@opentelemetry/sdk-logs';

import { ConsoleLogRecordExporter } from '@logferry/exporter-console';
import { RotatingFileLogRecordExporter } from '@logferry/exporter-file';
import { OtlpGrpcLogRecordExporter } from '@logferry/exporter-otlp-grpc';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';

import type { DestinationAccount } from './accounting.ts';
import type { SampleStream } from './sample-stream.ts';

export interface PipelineOptions {
  /** Undefined: the standard variables decide. */
  readonly endpoint: string | undefined;
  readonly caFile: string | undefined;
  readonly logFile: string;
  readonly maxFileBytes: number;
  readonly console: SampleStream;
}

/** Records that each queue may hold before the input waits for it. */
const RELIEVE_ABOVE_RECORDS = 50_000;

/** Resources of an input that get a provider of their own; further ones share the demo's. */
const MAX_RESOURCES = 1000;

const DEMO_RESOURCE = { 'service.name': 'orders', 'service.version': '1.0.0', 'deployment.environment.name': 'demo' };

/** Three destinations, each behind a batching processor with a queue of its own. */
export class Pipeline {
  readonly #grpc: OtlpGrpcLogRecordExporter;
  readonly #file: RotatingFileLogRecordExporter;
  readonly #console: ConsoleLogRecordExporter;
  readonly #processors: readonly BatchingLogRecordProcessor[];
  readonly #providers = new Map<string, LoggerProvider>();
  readonly #provider: LoggerProvider;
  #emitted = 0;

  constructor(options: PipelineOptions) {
    this.#grpc = new OtlpGrpcLogRecordExporter({
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
      ...(options.caFile === undefined ? {} : { tls: { caFile: options.caFile } }),
    });
    this.#file = new RotatingFileLogRecordExporter({
      path: options.logFile,
      maxFileBytes: options.maxFileBytes,
      // Every file is kept, so that the accounts can be checked against what lies in the folder.
      maxFiles: Infinity,
    });
    this.#console = new ConsoleLogRecordExporter({
      stdout: options.console,
      format: 'pretty',
      colour: options.console.isTTY,
    });
    this.#processors = [this.#grpc, this.#file, this.#console].map(
      (exporter) => new BatchingLogRecordProcessor(exporter),
    );
    this.#provider = this.#newProvider(DEMO_RESOURCE);
  }

  get emitted(): number {
    return this.#emitted;
  }

  /** A logger of the demo's own resource, or of the resource that an input line names. It counts what is emitted. */
  logger(name: string, version?: string, resource?: Readonly<Record<string, unknown>>): Logger {
    const logger = this.#providerFor(resource).getLogger(name, version);
    return {
      enabled: () => true,
      emit: (record) => {
        this.#emitted += 1;
        logger.emit(record);
      },
    };
  }

  /** Whether an input should wait (see `relieve`) before it emits more. */
  get isFilling(): boolean {
    return this.#processors.some((processor) => processor.stats().queued > RELIEVE_ABOVE_RECORDS);
  }

  /** Waits until what is queued is delivered, so that an input of any size finds room. */
  async relieve(): Promise<void> {
    await Promise.allSettled(this.#processors.map((processor) => processor.forceFlush()));
  }

  async shutdown(): Promise<void> {
    await this.#provider.shutdown();
  }

  /** @param arrived counts at the destinations: OTLP (undefined where it can't be asked), files, console. */
  accounts(arrived: readonly [number | undefined, number, number], consoleBytes: number): DestinationAccount[] {
    const grpc = this.#grpc.stats();
    const exporters = [
      { name: 'OTLP/gRPC', bytes: grpc.bytesSent, retries: grpc.retries },
      { name: 'rotating files', bytes: this.#file.stats().writtenBytes, retries: 0 },
      { name: 'console', bytes: consoleBytes, retries: 0 },
    ];
    return exporters.map(({ name, bytes, retries }, index) => {
      const stats = this.#processors[index]?.stats();
      if (stats === undefined) throw new RangeError(`no processor for ${name}`);
      return {
        name,
        emitted: this.#emitted,
        delivered: stats.delivered,
        queued: stats.queued,
        dropped: stats.dropped,
        retries: retries + stats.retries,
        bytes,
        arrived: arrived[index],
      };
    });
  }

  /** Delivered records of each destination, for the progress line. */
  delivered(): readonly number[] {
    return this.#processors.map((processor) => processor.stats().delivered);
  }

  #providerFor(resource: Readonly<Record<string, unknown>> | undefined): LoggerProvider {
    if (resource === undefined) return this.#provider;
    const key = JSON.stringify(resource, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
    let provider = this.#providers.get(key);
    if (provider === undefined) {
      if (this.#providers.size >= MAX_RESOURCES) return this.#provider;
      provider = this.#newProvider(resource);
      this.#providers.set(key, provider);
    }
    return provider;
  }

  // The processors are shared: shutting one provider down shuts all of them down.
  #newProvider(attributes: Readonly<Record<string, unknown>>): LoggerProvider {
    return new LoggerProvider({
      resource: resourceFromAttributes(attributes),
      processors: [...this.#processors],
    });
  }
}
