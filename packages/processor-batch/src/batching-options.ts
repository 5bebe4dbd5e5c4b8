// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  choiceOption,
  type Clock,
  Diagnostics,
  Environment,
  integerOption,
  invalidOption,
  type LogferryError,
  systemClock,
} from '@logferry/core';
import type { MeterProvider } from '@opentelemetry/api';

import type { OverflowPolicy } from './admission.ts';
import { FLUSH_EVENTS, type FlushEvent } from './flush-events.ts';
import type { DropReport } from './reporter.ts';
import type { SeverityRange } from './severity-counts.ts';

/** A severity that `BatchingProcessorOptions.reservedSeverity` may name: the first of its range is meant. */
export type ReservedSeverity = Exclude<SeverityRange, 'unspecified' | 'unknown'>;

/** Options of `BatchingLogRecordProcessor`. An option wins over its environment variable. */
export interface BatchingProcessorOptions {
  /**
   * Records held at most: in the open batch, sealed, and in flight. Default: 131072. `OTEL_BLRP_MAX_QUEUE_SIZE`.
   */
  readonly maxQueueSize?: number;
  /**
   * Bytes held at most, counted like the records. A record is taken while the queue is below it, so the last one may
   * reach over. Default: 67108864 (64 MiB).
   */
  readonly maxQueueBytes?: number;
  /**
   * What a full queue drops: the record that comes, or the oldest batches that wait. What is in flight stays in any case.
   * Default: `drop-newest`.
   */
  readonly overflowPolicy?: OverflowPolicy;
  /**
   * The part of `maxQueueSize` and of `maxQueueBytes` that only records of `reservedSeverity` and above may fill, from 0 to
   * 0.9. When that is used up as well, they take the place of less severe ones that wait. 0: all records are alike.
   * Default: 0.1.
   */
  readonly severityReserve?: number;
  /** The lowest severity that may use the reserve. A record without a severity may not. Default: `warn`. */
  readonly reservedSeverity?: ReservedSeverity;
  /** Records at which a batch is sealed. Default: 8192, or `maxQueueSize` where that is less. `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`. */
  readonly maxExportBatchSize?: number;
  /** Bytes at which a batch is sealed; its last record may reach over. Default: 1048576 (1 MiB), or `maxQueueBytes` where that is less. */
  readonly maxExportBatchBytes?: number;
  /** Age in milliseconds at which a batch is sealed. Default: 1000. `OTEL_BLRP_SCHEDULE_DELAY`. */
  readonly scheduledDelayMillis?: number;
  /** Milliseconds after which an export is cancelled; 0 is no limit. Default: 30000. `OTEL_BLRP_EXPORT_TIMEOUT`. */
  readonly exportTimeoutMillis?: number;
  /** Milliseconds that `shutdown` takes at most, all in all. Default: 30000. */
  readonly shutdownTimeoutMillis?: number;
  /**
   * Events of the process that make the processor flush, each within `flushOnTimeoutMillis`. The process then ends as it
   * would have ended anyway: by the same signal, with the same exit code. Default: none. The README has what each can do.
   *
   * - `beforeExit`: nothing is left to do.
   * - `SIGTERM`, `SIGINT`: the process dies of the signal after the flush, unless the application listens for it.
   * - `uncaughtExceptionMonitor`: an exception that nobody caught, or a rejection.
   * - `exit`: the last delivery, synchronous, for exporters that have one (`sendSync`, or an `export` that answers at once).
   */
  readonly flushOn?: readonly FlushEvent[];
  /** Milliseconds that a flush of `flushOn` takes at most; a flush on `exit` blocks no longer. Default: 5000. */
  readonly flushOnTimeoutMillis?: number;
  /**
   * Whether the destination itself is told of drops once it takes batches again: by a log record of the scope
   * `@logferry/processor-batch`, at most once a minute. Default: false.
   */
  readonly dropNotices?: boolean;
  /** Called with what was dropped, at most once a second for each reason. What it throws is ignored. */
  readonly onDrop?: (report: DropReport) => void;
  /** Called when an exporter fails for good, throws, or does not end in time. What it throws is ignored. */
  readonly onError?: (error: LogferryError) => void;
  /** Where metrics about the processor go; the README lists them. Default: none, also not the global provider. */
  readonly meterProvider?: MeterProvider;
  /** Where the time comes from. Default: the machine's. */
  readonly clock?: Clock;
  /** Where the variables come from. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

export interface ResolvedOptions {
  readonly maxQueueSize: number;
  readonly maxQueueBytes: number;
  readonly overflowPolicy: OverflowPolicy;
  readonly severityReserve: number;
  readonly reservedSeverity: ReservedSeverity;
  readonly maxExportBatchSize: number;
  readonly maxExportBatchBytes: number;
  readonly scheduledDelayMillis: number;
  /** Infinity: no limit. */
  readonly exportTimeoutMillis: number;
  readonly shutdownTimeoutMillis: number;
  readonly flushOn: readonly FlushEvent[];
  readonly flushOnTimeoutMillis: number;
  readonly dropNotices: boolean;
  readonly onDrop: ((report: DropReport) => void) | undefined;
  readonly onError: ((error: LogferryError) => void) | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
}

// At 265 bytes a record the record bound is reached first, at 35 MB: half a minute of 4,000 records/s. The byte bound is for
// large records. A batch of 1 MiB costs half as much CPU per record as one of 128 kB (measured with grpc-js) and stays
// below the 4 MiB that receivers take. See docs/decisions/batching.md.
const DEFAULT_MAX_QUEUE_SIZE = 131_072;
const DEFAULT_MAX_QUEUE_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_EXPORT_BATCH_SIZE = 8192;
const DEFAULT_MAX_EXPORT_BATCH_BYTES = 1024 * 1024;
// The specification's defaults.
const DEFAULT_SCHEDULED_DELAY_MILLIS = 1000;
const DEFAULT_EXPORT_TIMEOUT_MILLIS = 30_000;
// The SDK gives a flush 30 s.
const DEFAULT_SHUTDOWN_TIMEOUT_MILLIS = 30_000;

const OVERFLOW_POLICIES: readonly OverflowPolicy[] = ['drop-newest', 'drop-oldest'];
const RESERVED_SEVERITIES: readonly ReservedSeverity[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
// 13,107 records or 6.4 MiB: minutes of warnings and errors at usual rates.
const DEFAULT_SEVERITY_RESERVE = 0.1;
/** The rest must stay usable. */
const MAX_SEVERITY_RESERVE = 0.9;
// Docker kills a container 10 s after SIGTERM, Kubernetes after 30 s; the application may have more to do than logs.
const DEFAULT_FLUSH_ON_TIMEOUT_MILLIS = 5000;

/** @throws LogferryError `INVALID_OPTION` for a bad option; a bad variable is reported and ignored. */
export function resolveOptions(options: BatchingProcessorOptions): ResolvedOptions {
  const clock = options.clock ?? systemClock;
  const diagnostics = new Diagnostics('@logferry/processor-batch', clock);
  const environment = new Environment(options.environment ?? process.env, diagnostics);

  const queueSize = integerOption(
    'maxQueueSize',
    options.maxQueueSize,
    environment.integer(1, 'OTEL_BLRP_MAX_QUEUE_SIZE') ?? DEFAULT_MAX_QUEUE_SIZE,
    { min: 1 },
  );
  const queueBytes = integerOption('maxQueueBytes', options.maxQueueBytes, DEFAULT_MAX_QUEUE_BYTES, { min: 1 });
  const exportTimeoutMillis = integerOption(
    'exportTimeoutMillis',
    options.exportTimeoutMillis,
    environment.integer(0, 'OTEL_BLRP_EXPORT_TIMEOUT') ?? DEFAULT_EXPORT_TIMEOUT_MILLIS,
    { min: 0 },
  );
  return {
    maxQueueSize: queueSize,
    maxQueueBytes: queueBytes,
    overflowPolicy: choiceOption('overflowPolicy', options.overflowPolicy, 'drop-newest', OVERFLOW_POLICIES),
    severityReserve: resolveReserve(options.severityReserve),
    reservedSeverity: choiceOption('reservedSeverity', options.reservedSeverity, 'warn', RESERVED_SEVERITIES),
    maxExportBatchSize: resolveBatchSize(options, queueSize, environment, diagnostics),
    maxExportBatchBytes: resolveBatchBytes(options, queueBytes),
    scheduledDelayMillis: integerOption(
      'scheduledDelayMillis',
      options.scheduledDelayMillis,
      environment.integer(0, 'OTEL_BLRP_SCHEDULE_DELAY') ?? DEFAULT_SCHEDULED_DELAY_MILLIS,
      { min: 0 },
    ),
    exportTimeoutMillis: exportTimeoutMillis === 0 ? Infinity : exportTimeoutMillis,
    shutdownTimeoutMillis: integerOption(
      'shutdownTimeoutMillis',
      options.shutdownTimeoutMillis,
      DEFAULT_SHUTDOWN_TIMEOUT_MILLIS,
      { min: 1 },
    ),
    flushOn: resolveFlushOn(options.flushOn),
    flushOnTimeoutMillis: integerOption(
      'flushOnTimeoutMillis',
      options.flushOnTimeoutMillis,
      DEFAULT_FLUSH_ON_TIMEOUT_MILLIS,
      { min: 1 },
    ),
    dropNotices: booleanOption('dropNotices', options.dropNotices, false),
    onDrop: hookOption('onDrop', options.onDrop),
    onError: hookOption('onError', options.onError),
    meterProvider: resolveMeterProvider(options.meterProvider),
    clock,
    diagnostics,
  };
}

/** Between two options a contradiction is an error; where a variable takes part, the batch is cut, as in other SDKs. */
function resolveBatchSize(
  options: BatchingProcessorOptions,
  queueSize: number,
  environment: Environment,
  diagnostics: Diagnostics,
): number {
  const option = options.maxExportBatchSize;
  const variable = environment.integer(1, 'OTEL_BLRP_MAX_EXPORT_BATCH_SIZE');
  const wanted = integerOption('maxExportBatchSize', option, variable ?? DEFAULT_MAX_EXPORT_BATCH_SIZE, { min: 1 });
  if (wanted <= queueSize) return wanted;
  const queueIsVariable =
    options.maxQueueSize === undefined && environment.integer(1, 'OTEL_BLRP_MAX_QUEUE_SIZE') !== undefined;
  if (option !== undefined && !queueIsVariable) {
    throw invalidOption('maxExportBatchSize', option, `at most maxQueueSize (${queueSize})`);
  }
  if (option !== undefined || variable !== undefined) {
    diagnostics.warn(
      'batch-size',
      `maxExportBatchSize (${wanted}) is more than maxQueueSize (${queueSize}); batches hold ${queueSize} records`,
    );
  }
  return queueSize;
}

function resolveBatchBytes(options: BatchingProcessorOptions, queueBytes: number): number {
  const option = options.maxExportBatchBytes;
  const wanted = integerOption('maxExportBatchBytes', option, DEFAULT_MAX_EXPORT_BATCH_BYTES, { min: 1 });
  if (wanted <= queueBytes) return wanted;
  if (option === undefined) return queueBytes;
  throw invalidOption('maxExportBatchBytes', option, `at most maxQueueBytes (${queueBytes})`);
}

function resolveReserve(part: number | undefined): number {
  if (part === undefined) return DEFAULT_SEVERITY_RESERVE;
  if (typeof part === 'number' && part >= 0 && part <= MAX_SEVERITY_RESERVE) return part;
  throw invalidOption('severityReserve', part, `a number from 0 to ${MAX_SEVERITY_RESERVE}`);
}

function resolveFlushOn(events: readonly FlushEvent[] | undefined): readonly FlushEvent[] {
  if (events === undefined) return [];
  const expected = `an array of '${FLUSH_EVENTS.join("', '")}'`;
  if (!Array.isArray(events)) throw invalidOption('flushOn', events, expected);
  for (const event of events) if (!FLUSH_EVENTS.includes(event)) throw invalidOption('flushOn', event, expected);
  return [...new Set(events)];
}

function resolveMeterProvider(provider: MeterProvider | undefined): MeterProvider | undefined {
  if (provider === undefined || typeof provider?.getMeter === 'function') return provider;
  throw invalidOption('meterProvider', provider, 'a MeterProvider');
}

function hookOption<T>(name: string, hook: T | undefined): T | undefined {
  if (hook !== undefined && typeof hook !== 'function') throw invalidOption(name, hook, 'a function');
  return hook;
}
