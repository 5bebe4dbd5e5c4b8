// SPDX-License-Identifier: Apache-2.0
import {
  choiceOption,
  type EncodingLogRecordExporter,
  invalidOption,
  type LogferryError,
  type LogRecordExporter,
  type WorkerReadyExporter,
} from '@logferry/core';

import type { ExporterOptions, ExporterType } from '../exporter-options.ts';
import type { DestinationOptions, LogPipelineOptions } from '../options.ts';
import { EXPORTER_SECTIONS } from '../schema/exporter-sections.ts';
import { WORKER } from '../schema/worker-section.ts';
import { knownNames } from './known-names.ts';
import { loadPackage } from './packages.ts';
import type { Successor } from './successor-exporter.ts';

/** Options that the pipeline gives to every exporter that has them, unless the exporter's own say otherwise. */
type SharedOption = 'clock' | 'environment' | 'meterProvider' | 'onError';

interface ExporterKind {
  readonly package: string;
  readonly exportName: string;
  readonly shared: readonly SharedOption[];
}

const FILE: Pick<ExporterKind, 'package' | 'exportName' | 'shared'> = {
  package: '@logferry/exporter-file',
  exportName: 'RotatingFileLogRecordExporter',
  shared: ['clock', 'meterProvider', 'onError'],
};

const KINDS: Readonly<Record<ExporterType, ExporterKind>> = {
  'otlp-grpc': {
    package: '@logferry/exporter-otlp-grpc',
    exportName: 'OtlpGrpcLogRecordExporter',
    shared: ['clock', 'environment', 'meterProvider'],
  },
  'otlp-http': {
    package: '@logferry/exporter-otlp-http',
    exportName: 'OtlpHttpLogRecordExporter',
    shared: ['clock', 'environment', 'meterProvider'],
  },
  'rotating-file': FILE,
  'otlp-file': FILE,
  console: {
    package: '@logferry/exporter-console',
    exportName: 'ConsoleLogRecordExporter',
    shared: ['clock', 'environment'],
  },
};

const WORKER_PACKAGE = '@logferry/exporter-worker';

/** The constructor of `WorkerLogRecordExporter`. */
type WorkerExporter = new (
  Exporter: WorkerReadyExporter<object>,
  options: object,
  workerOptions: object,
) => LogRecordExporter;

/** An exporter by its type, before it is made. */
export interface ExporterPlan {
  readonly type: ExporterType;
  readonly Exporter: WorkerReadyExporter<object>;
  readonly options: object;
}

/** What exporters of a pipeline have in common. */
export interface ExporterSurroundings {
  readonly pipeline: Pick<LogPipelineOptions, 'clock' | 'environment' | 'meterProvider'>;
  readonly onError: (error: LogferryError) => void;
}

/**
 * Loads the package of an exporter and puts its options together.
 * @param path of the destination, for errors.
 * @throws LogferryError `INVALID_OPTION`, `MISSING_PACKAGE`
 */
export function planExporter(
  path: string,
  given: ExporterOptions,
  { pipeline, onError }: ExporterSurroundings,
): ExporterPlan {
  if (typeof given !== 'object' || (given as unknown) === null) {
    throw invalidOption(`${path}.exporter`, given, 'an exporter, or an object with a type');
  }
  const { type: wanted, ...own } = given;
  if ((wanted as unknown) === undefined)
    throw invalidOption(`${path}.exporter.type`, wanted, `one of '${TYPES.join("', '")}'`);
  const type = choiceOption(`${path}.exporter.type`, wanted, wanted, TYPES);
  knownNames(`${path}.exporter`, given, EXPORTER_SECTIONS[type], 'type');
  const kind = KINDS[type];
  const exports = loadPackage(kind.package, `${path}.exporter, of type '${type}',`);
  const { clock, environment, meterProvider } = pipeline;
  const shared: Readonly<Record<SharedOption, unknown>> = { clock, environment, meterProvider, onError };
  const defaults = kind.shared
    .filter((option) => shared[option] !== undefined)
    .map((option) => [option, shared[option]]);
  return {
    type,
    Exporter: exports[kind.exportName] as WorkerReadyExporter<object>,
    options: {
      ...Object.fromEntries(defaults),
      ...(type === 'otlp-file' ? plainFile(path, own as { readonly path?: unknown }) : own),
    },
  };
}

/** Whether an exporter writes where another one may write, in order: to a file, or to the standard output. */
export function writesLines(type: ExporterType): boolean {
  return type === 'rotating-file' || type === 'otlp-file' || type === 'console';
}

/** The same exporter, to be opened later; its options are checked now. @throws LogferryError as its constructor does */
export function prepareExporter(path: string, plan: ExporterPlan, worker: DestinationOptions['worker']): Successor {
  const isFile = plan.type !== 'console' && (plan.options as { readonly output?: unknown }).output !== 'stdout';
  // A worker opens the file with the first send, and the standard output is always open.
  const isLazy = worker !== undefined && worker !== false;
  if (!isFile || isLazy) return makeExporter(path, plan, worker) as EncodingLogRecordExporter;
  const { Exporter } = plan;
  const prepared = Exporter.workerSupport.prepare(plan.options);
  return {
    maxConcurrentSends: prepared.maxConcurrentSends,
    createEncoder: () => prepared.createEncoder(),
    make: () => new Exporter(prepared.options),
  };
}

/** Makes the exporter, in a worker thread if asked. @throws LogferryError as its constructor does; `MISSING_PACKAGE` */
export function makeExporter(
  path: string,
  plan: ExporterPlan,
  worker: DestinationOptions['worker'],
): LogRecordExporter {
  const { Exporter, options } = plan;
  if (worker === undefined || worker === false) return new Exporter(options);
  if (worker !== true && (typeof worker !== 'object' || worker === null)) {
    throw invalidOption(`${path}.worker`, worker, 'true, false, or options of the worker');
  }
  if (worker !== true) knownNames(`${path}.worker`, worker, WORKER);
  const exports = loadPackage(WORKER_PACKAGE, `${path}.worker`);
  const Worker = exports['WorkerLogRecordExporter'] as WorkerExporter;
  // A clock can't go to another thread.
  const { clock, ...movable } = options as { readonly clock?: unknown };
  return new Worker(Exporter, movable, { ...(clock !== undefined && { clock }), ...(worker === true ? {} : worker) });
}

const TYPES: readonly ExporterType[] = ['otlp-grpc', 'otlp-http', 'rotating-file', 'console', 'otlp-file'];

/** One file that is never rotated, or the standard output. */
function plainFile(path: string, { path: file }: { readonly path?: unknown }): object {
  if (file === undefined) return { output: 'stdout' };
  if (typeof file !== 'string') throw invalidOption(`${path}.exporter.path`, file, 'the path of a file');
  return { path: file, maxFileBytes: Infinity, maxFiles: Infinity };
}
