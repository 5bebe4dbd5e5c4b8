// SPDX-License-Identifier: Apache-2.0
import {
  invalidOption,
  knownOptions,
  LogferryError,
  type LogRecordExporter,
  type LogRecordProcessor,
} from '@logferry/core';
import type { AnonymizingLogRecordProcessor } from '@logferry/processor-anonymize';
import { BatchingLogRecordProcessor } from '@logferry/processor-batch';
import { DESTINATION_OPTIONS, type FanOutDestination } from '@logferry/processor-fanout';

import type { ExporterType } from '../exporter-options.ts';
import type { DestinationOptions, LogPipelineOptions } from '../options.ts';
import { QUEUE } from '../schema/queue-section.ts';
import { makeExporter, planExporter, prepareExporter, writesLines } from './build-exporter.ts';
import { buildRedaction } from './build-redaction.ts';
import { knownNames } from './known-names.ts';
import type { OpenedParts } from './opened-parts.ts';
import type { PipelineHooks } from './pipeline-hooks.ts';
import { diagnostics } from './pipeline-diagnostics.ts';
import { SuccessorExporter } from './successor-exporter.ts';

/** A destination that is ready to get records. */
export interface BuiltDestination {
  /** What the fan-out is given. */
  readonly fanOut: FanOutDestination;
  readonly queue: BatchingLogRecordProcessor | undefined;
  readonly redaction: AnonymizingLogRecordProcessor | undefined;
  /** The exporter, or the processor that was given in its place. */
  readonly end: object;
  /** Of an exporter by type. */
  readonly type: ExporterType | undefined;
}

export interface DestinationSurroundings {
  readonly pipeline: LogPipelineOptions;
  readonly hooks: PipelineHooks;
  readonly opened: OpenedParts;
  /** Where a running pipeline writes lines that this one goes on with: when that has ended. */
  readonly predecessors?: Promise<void> | undefined;
}

/** What the fan-out decides about; the rest is built here. */
export const BUILT_OPTIONS: readonly ('exporter' | 'processor' | 'queue' | 'redaction' | 'worker')[] = [
  'exporter',
  'processor',
  'queue',
  'redaction',
  'worker',
];

/** @throws LogferryError that names the option; what was opened before is in `opened`. */
export function buildDestination(
  name: string,
  options: DestinationOptions,
  surroundings: DestinationSurroundings,
): BuiltDestination {
  const path = `destinations.${name}`;
  if (typeof options !== 'object' || (options as unknown) === null) throw invalidOption(path, options, 'an object');
  knownOptions(path, options, [...new Set<string>([...BUILT_OPTIONS, ...DESTINATION_OPTIONS])]);
  const { exporter, processor, queue: queueOptions, redaction: redactionOptions, worker } = options;
  if ((exporter === undefined) === (processor === undefined)) {
    const message = `${path} must have an exporter or a processor, and not both`;
    throw new LogferryError('INVALID_OPTION', message);
  }
  const { opened, pipeline } = surroundings;
  let end: object;
  let queue: BatchingLogRecordProcessor | undefined;
  let head: LogRecordProcessor;
  if (processor === undefined) {
    if (queueOptions !== undefined) knownNames(`${path}.queue`, queueOptions, QUEUE);
    const made = opened.add(exporterOf(path, options, surroundings));
    queue = opened.add(buildQueue(name, made, options, surroundings));
    opened.handOver(made);
    end = made;
    head = queue;
  } else {
    if (queueOptions !== undefined) throw withoutExporter(`${path}.queue`);
    if (worker !== undefined && worker !== false) throw withoutExporter(`${path}.worker`);
    if (typeof (processor as Partial<LogRecordProcessor> | null)?.onEmit !== 'function') {
      throw invalidOption(`${path}.processor`, undefined, 'a LogRecordProcessor');
    }
    end = processor;
    head = opened.add(processor);
  }
  const redaction =
    redactionOptions === undefined ? undefined : buildRedaction(`${path}.redaction`, head, redactionOptions, pipeline);
  const type = exporter === undefined || isExporter(exporter) ? undefined : exporter.type;
  return { fanOut: { ...filtersOf(options), processor: redaction ?? head }, queue, redaction, end, type };
}

/** The options that the fan-out decides about. */
export function filtersOf(options: DestinationOptions): Omit<FanOutDestination, 'processor'> {
  const built: readonly string[] = BUILT_OPTIONS;
  return Object.fromEntries(Object.entries(options).filter(([name]) => !built.includes(name)));
}

function exporterOf(
  path: string,
  { exporter, worker }: DestinationOptions,
  { pipeline, hooks, predecessors }: DestinationSurroundings,
): LogRecordExporter {
  if (isExporter(exporter)) {
    if (worker === undefined || worker === false) return exporter;
    throw new LogferryError(
      'INVALID_OPTION',
      `${path}.worker must be left out: an exporter that exists can't move to a thread`,
    );
  }
  const name = path.slice(path.indexOf('.') + 1);
  const plan = planExporter(path, exporter!, { pipeline, onError: (error) => hooks.onError(error, name) });
  if (predecessors === undefined || !writesLines(plan.type)) return makeExporter(path, plan, worker);
  return new SuccessorExporter(prepareExporter(path, plan, worker), predecessors, (message) => {
    hooks.onError(new LogferryError('UNUSABLE_FILE', message), name);
    diagnostics.error(`successor:${name}`, `the destination ${JSON.stringify(name)} can't take over yet: ${message}`);
  });
}

export function isExporter(exporter: DestinationOptions['exporter']): exporter is LogRecordExporter {
  return typeof (exporter as Partial<LogRecordExporter> | null | undefined)?.export === 'function';
}

function buildQueue(
  name: string,
  exporter: LogRecordExporter,
  { queue }: DestinationOptions,
  { pipeline, hooks }: DestinationSurroundings,
): BatchingLogRecordProcessor {
  const { flushOn, flushOnTimeoutMillis, meterProvider, clock, environment } = pipeline;
  return new BatchingLogRecordProcessor(exporter, {
    ...queue,
    ...(flushOn !== undefined && { flushOn }),
    ...(flushOnTimeoutMillis !== undefined && { flushOnTimeoutMillis }),
    ...(meterProvider !== undefined && { meterProvider }),
    ...(clock !== undefined && { clock }),
    ...(environment !== undefined && { environment }),
    onDrop: (report) => hooks.onDrop(report, name),
    onError: (error) => hooks.onError(error, name),
  });
}

function withoutExporter(option: string): LogferryError {
  return new LogferryError('INVALID_OPTION', `${option} must be left out: it is for a destination with an exporter`);
}
