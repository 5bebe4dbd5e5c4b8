// SPDX-License-Identifier: Apache-2.0
import { choiceOption, integerOption, invalidOption } from '@logferry/core';

export type TransportExporter = 'otlp-grpc' | 'otlp-http' | 'file';

/**
 * Options of the transport. They cross to a worker thread, so they are plain data: no functions, no instances of classes.
 */
export interface TransportOptions {
  /** Which exporter sends the records: of `@logferry/exporter-otlp-grpc`, `-otlp-http` or `-file`. Default: `otlp-grpc`. */
  readonly exporter?: TransportExporter;
  /** What the exporter's constructor takes. Default: nothing; OTLP exporters then obey the standard variables. */
  readonly exporterOptions?: Readonly<Record<string, unknown>>;
  /**
   * What the constructor of `BatchingLogRecordProcessor` takes. Default: its defaults, with a `shutdownTimeoutMillis` of 8000,
   * because pino gives a worker 10 s to end.
   */
  readonly processorOptions?: Readonly<Record<string, unknown>>;
  /** Attributes of the resource, beside and before those of `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME`. */
  readonly resourceAttributes?: Readonly<Record<string, unknown>>;
  /** The instrumentation scope of records whose logger has no name. Default: `pino`. */
  readonly name?: string;
  /** The logger's `messageKey`. Default: what pino says to its transports. */
  readonly messageKey?: string;
  /** The logger's `errorKey`. Default: what pino says to its transports. */
  readonly errorKey?: string;
  /** The logger's `nestedKey`, which pino does not say. Default: none. */
  readonly nestedKey?: string;
  /** Where the logger's time function writes the time. Default: the first of `time`, `timestamp` and `@timestamp`. */
  readonly timeKey?: string;
  /**
   * Milliseconds that reading waits for room while the queue is half full and nothing leaves it; then records are read again,
   * and those beyond the queue's bounds are dropped and counted. What is not read waits in the memory of the application's
   * thread. Default: 5000.
   */
  readonly backpressureTimeoutMillis?: number;
  /** What goes to standard error about the transport itself. Default: `warn`. */
  readonly diagnostics?: 'none' | 'error' | 'warn' | 'info';
}

export interface ResolvedTransportOptions {
  readonly exporter: TransportExporter;
  readonly exporterOptions: Readonly<Record<string, unknown>>;
  readonly processorOptions: Readonly<Record<string, unknown>>;
  readonly resourceAttributes: Readonly<Record<string, unknown>>;
  readonly name: string;
  readonly messageKey: string | undefined;
  readonly errorKey: string | undefined;
  readonly nestedKey: string | undefined;
  readonly timeKey: string | undefined;
  readonly backpressureTimeoutMillis: number;
  readonly diagnostics: 'none' | 'error' | 'warn' | 'info';
}

/** Pino blocks the application's thread for 10 s at the end of the process, then ends the worker. */
const SHUTDOWN_TIMEOUT_MILLIS = 8000;

const DEFAULT_BACKPRESSURE_TIMEOUT_MILLIS = 5000;

/** @throws LogferryError `INVALID_OPTION` for a bad option. */
export function resolveTransportOptions(options: TransportOptions): ResolvedTransportOptions {
  return {
    exporter: choiceOption('exporter', options.exporter, 'otlp-grpc', ['otlp-grpc', 'otlp-http', 'file']),
    exporterOptions: dataOption('exporterOptions', options.exporterOptions),
    processorOptions: {
      shutdownTimeoutMillis: SHUTDOWN_TIMEOUT_MILLIS,
      ...dataOption('processorOptions', options.processorOptions),
    },
    resourceAttributes: dataOption('resourceAttributes', options.resourceAttributes),
    name: textOption('name', options.name) ?? 'pino',
    messageKey: textOption('messageKey', options.messageKey),
    errorKey: textOption('errorKey', options.errorKey),
    nestedKey: textOption('nestedKey', options.nestedKey),
    timeKey: textOption('timeKey', options.timeKey),
    backpressureTimeoutMillis: integerOption(
      'backpressureTimeoutMillis',
      options.backpressureTimeoutMillis,
      DEFAULT_BACKPRESSURE_TIMEOUT_MILLIS,
      { min: 0 },
    ),
    diagnostics: choiceOption('diagnostics', options.diagnostics, 'warn', ['none', 'error', 'warn', 'info']),
  };
}

function textOption(name: string, value: string | undefined): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw invalidOption(name, value, 'a text that is not empty');
}

function dataOption(
  name: string,
  value: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalidOption(name, value, 'an object');
}
