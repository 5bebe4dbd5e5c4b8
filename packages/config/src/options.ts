// SPDX-License-Identifier: Apache-2.0
import type { Clock, LogferryError, LogRecordExporter, LogRecordProcessor, Resource } from '@logferry/core';
import type { BatchingProcessorOptions, DropReport, FlushEvent } from '@logferry/processor-batch';
import type { FanOutDestination, MinimumSeverity } from '@logferry/processor-fanout';
import type { MeterProvider } from '@opentelemetry/api';
/** @ts-ignore an optional peer; see exporter-options.ts */
import type { WorkerOptions } from '@logferry/exporter-worker';

import type { ExporterOptions } from './exporter-options.ts';
import type { RedactionOptions } from './redaction-options.ts';

/**
 * A whole log pipeline. Files and the environment give values of this type, so all of it is plain data but for what only
 * a program can give: functions, and instances of exporters, processors, keys and meter providers.
 */
export interface LogPipelineOptions {
  /** Where records go, by name. Names appear in counts, errors and metrics. None: nothing is logged. */
  readonly destinations: Readonly<Record<string, DestinationOptions>>;
  /** True: no destination is built, and nothing is logged. Default: false. */
  readonly disabled?: boolean;
  /** What the logs are about; for a provider that the pipeline makes. Default: what the SDK says of itself. */
  readonly resource?: ResourceOptions | Resource;
  /** Bounds of attributes, kept by the SDK; for a provider that the pipeline makes. */
  readonly limits?: LogRecordLimits;
  /** What loggers are let through at all, before any destination is asked. Default: all of them. */
  readonly loggers?: LoggersOptions;
  /**
   * Replaces data in every record before any destination and its filters see it. A destination can't undo it; its own
   * `redaction` comes on top. Default: none.
   */
  readonly redaction?: RedactionOptions;
  /**
   * Events of the process on which every queue is flushed; see `BatchingProcessorOptions` of @logferry/processor-batch.
   * Default: none.
   */
  readonly flushOn?: readonly FlushEvent[];
  /** Milliseconds that a flush of `flushOn` takes at most. Default: 5000. */
  readonly flushOnTimeoutMillis?: number;
  /** Milliseconds that `forceFlush` takes at most when its caller sets no time; Infinity is no limit. Default: 30000. */
  readonly flushTimeoutMillis?: number;
  /** Milliseconds that the shutdown of a destination takes at most; Infinity is no limit. Default: 30000. */
  readonly shutdownTimeoutMillis?: number;
  /** How the pipeline is replaced by one with other options while the process runs. */
  readonly reload?: ReloadOptions;
  /** Where the metrics of all components go. Default: nowhere, also not to the global provider. */
  readonly meterProvider?: MeterProvider;
  /** Called with what a queue dropped, at most once a second for each reason. What it throws is ignored. */
  readonly onDrop?: (report: DropReport, destination: string) => void;
  /** Called with what a destination did wrong, at most once a second for each kind. What it throws is ignored. */
  readonly onError?: (error: LogferryError, destination: string) => void;
  /** The variables that components read for options that are not given. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Where the time of all components comes from. Default: the machine's. */
  readonly clock?: Clock;
}

/** One destination: which records it gets, what becomes of them, and where they go. */
export interface DestinationOptions extends Omit<FanOutDestination, 'processor'> {
  /** Where the records go: an exporter by its type, or any exporter. Owned by the pipeline from now on. */
  readonly exporter?: ExporterOptions | LogRecordExporter;
  /** Any processor in place of an exporter and a queue. Owned by the pipeline from now on. */
  readonly processor?: LogRecordProcessor;
  /** The queue before the exporter. `maxExportBatchSize: 1` exports each record by itself, without delay. */
  readonly queue?: QueueOptions;
  /** Replaces data in the records of this destination, before they are queued. Default: none. */
  readonly redaction?: RedactionOptions;
  /**
   * Whether the exporter runs in a worker thread; for an exporter by type. Needs the package @logferry/exporter-worker, whose
   * options may be given. Default: false.
   */
  readonly worker?: boolean | WorkerOptions;
}

/** Options of the queue: those of `BatchingLogRecordProcessor` that are not the same for all destinations. */
export type QueueOptions = Omit<
  BatchingProcessorOptions,
  'flushOn' | 'flushOnTimeoutMillis' | 'onDrop' | 'onError' | 'meterProvider' | 'clock' | 'environment'
>;

/** What logs are about. */
export interface ResourceOptions {
  /** Attributes such as `service.name`. They win over those that the SDK says of itself. */
  readonly attributes?: Readonly<Record<string, ResourceAttribute>>;
  /** The URL of the schema that the names of the attributes come from. Default: none. */
  readonly schemaUrl?: string;
}

export type ResourceAttribute = string | number | boolean | readonly string[] | readonly number[] | readonly boolean[];

/** Bounds of the SDK. They hold for attributes of records, not for bodies. */
export interface LogRecordLimits {
  /** UTF-16 units at which texts in attributes are cut. Default: Infinity. */
  readonly attributeValueLengthLimit?: number;
  /** Attributes of a record at most. Default: 128. */
  readonly attributeCountLimit?: number;
}

/** What is said of loggers by name. Source: Logs SDK, "LoggerConfigurator". */
export interface LoggersOptions {
  /** For loggers that no pattern matches. */
  readonly defaultConfig?: LoggerConfig;
  /** By pattern of names (`*` any characters, `?` one); the first that matches counts. */
  readonly rules?: readonly LoggerRule[];
}

export interface LoggerRule {
  readonly name: string;
  readonly config: LoggerConfig;
}

export interface LoggerConfig {
  /** Default: true. */
  readonly enabled?: boolean;
  /** Default: `all`. */
  readonly minimumSeverity?: MinimumSeverity;
  /** Whether records of traces that are not sampled are left out. Default: false. */
  readonly sampledTracesOnly?: boolean;
}

/** Where new options come from, and when they are asked for. */
export interface ReloadOptions {
  /** Gives the options that `reload()` builds, such as those of a file that is read again; it may throw. */
  readonly source?: () => LogPipelineOptions;
  /** A signal on which the pipeline is reloaded; on the main thread only. Default: none. */
  readonly signal?: 'SIGHUP' | 'SIGUSR2';
}
