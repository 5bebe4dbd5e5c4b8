// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  choiceOption,
  integerOption,
  invalidOption,
  knownOptions,
  LogferryError,
  type LogRecordProcessor,
} from '@logferry/core';
import type { AnonymizingLogRecordProcessor } from '@logferry/processor-anonymize';
import { FanOutLogRecordProcessor } from '@logferry/processor-fanout';

import type { DestinationOptions, LogPipelineOptions } from '../options.ts';
import { type BuiltDestination, buildDestination, isExporter } from './build-destination.ts';
import { writesLines } from './build-exporter.ts';
import { buildRedaction } from './build-redaction.ts';
import { keptDestinations } from './kept-destinations.ts';
import { LoggerGate } from './logger-gate.ts';
import { OpenedParts } from './opened-parts.ts';
import type { PipelineHooks } from './pipeline-hooks.ts';

/** A pipeline as its options say, built and ready. */
export interface PipelineLayout {
  readonly options: LogPipelineOptions;
  readonly destinations: ReadonlyMap<string, BuiltDestination>;
  /** What the provider's records go to; undefined without destinations. */
  readonly head: LogRecordProcessor | undefined;
  readonly fanOut: FanOutLogRecordProcessor | undefined;
  readonly gate: LoggerGate | undefined;
  readonly redaction: AnonymizingLogRecordProcessor | undefined;
}

/** What the new layout of a reload goes on with. */
export interface Predecessor {
  readonly layout: PipelineLayout;
  /** Resolves when what the reload takes away has ended. */
  readonly ended: Promise<void>;
  /** Told, when the new destinations get the records, of the end of those that were taken away. */
  replaced(done: Promise<void>): void;
}

const OPTIONS = [
  'destinations',
  'disabled',
  'resource',
  'limits',
  'loggers',
  'redaction',
  'flushOn',
  'flushOnTimeoutMillis',
  'flushTimeoutMillis',
  'shutdownTimeoutMillis',
  'reload',
  'meterProvider',
  'onDrop',
  'onError',
  'environment',
  'clock',
];

const LIMITS = ['attributeValueLengthLimit', 'attributeCountLimit'] as const;

/**
 * Builds all parts. When one can't be built, what was opened for the others is closed again.
 * @param before a running pipeline: its fan-out gets the destinations.
 * @throws LogferryError
 */
export function buildLayout(options: LogPipelineOptions, hooks: PipelineHooks, before?: Predecessor): PipelineLayout {
  checkOptions(options);
  const opened = new OpenedParts();
  try {
    // Copied: a reload compares with what it was, and components read it at any time.
    const environment = { ...(options.environment ?? process.env) };
    const pipeline: LogPipelineOptions = { ...options, environment };
    const entries = options.disabled === true ? [] : Object.entries(options.destinations);
    const kept = keptDestinations(entries, pipeline, before?.layout);
    const linesEnd = [...(before?.layout.destinations ?? [])].some(
      ([name, { type }]) => !kept.has(name) && type !== undefined && writesLines(type),
    );
    const predecessors = linesEnd ? before?.ended : undefined;
    const destinations = new Map(
      entries.map(([name, destination]) => {
        const surroundings = { pipeline, hooks, opened, predecessors };
        return [name, kept.get(name) ?? buildDestination(name, destination, surroundings)] as const;
      }),
    );
    return { ...joined(destinations, pipeline, hooks, before), options: pipeline, destinations };
  } catch (error) {
    void opened.close();
    throw error;
  }
}

function joined(
  destinations: ReadonlyMap<string, BuiltDestination>,
  options: LogPipelineOptions,
  hooks: PipelineHooks,
  before: Predecessor | undefined,
): Pick<PipelineLayout, 'head' | 'fanOut' | 'gate' | 'redaction'> {
  if (destinations.size === 0) return { head: undefined, fanOut: undefined, gate: undefined, redaction: undefined };
  const { flushTimeoutMillis, shutdownTimeoutMillis, meterProvider, clock, loggers } = options;
  const running = before?.layout.fanOut;
  const fanOut =
    running ??
    new FanOutLogRecordProcessor({
      destinations: fanOutDestinations(destinations),
      ...(flushTimeoutMillis !== undefined && { flushTimeoutMillis }),
      ...(shutdownTimeoutMillis !== undefined && { shutdownTimeoutMillis }),
      ...(meterProvider !== undefined && { meterProvider }),
      ...(clock !== undefined && { clock }),
      onError: (error, destination) => hooks.onError(error, destination),
    });
  const redaction = options.redaction && buildRedaction('redaction', fanOut, options.redaction, options);
  const gate = loggers && new LoggerGate(redaction ?? fanOut, loggers);
  // Last, because it can't be undone.
  if (running !== undefined) before?.replaced(running.replace(fanOutDestinations(destinations)));
  return { head: gate ?? redaction ?? fanOut, fanOut, gate, redaction };
}

function fanOutDestinations(
  destinations: ReadonlyMap<string, BuiltDestination>,
): ConstructorParameters<typeof FanOutLogRecordProcessor>[0]['destinations'] {
  return Object.fromEntries([...destinations].map(([name, { fanOut }]) => [name, fanOut]));
}

/** @throws LogferryError `INVALID_OPTION` */
function checkOptions(options: LogPipelineOptions): void {
  if (typeof options !== 'object' || (options as unknown) === null)
    throw invalidOption('options', options, 'an object');
  knownOptions('options', options, OPTIONS);
  const { destinations, limits, reload, disabled } = options;
  booleanOption('disabled', disabled, false);
  if (typeof destinations !== 'object' || (destinations as unknown) === null || Array.isArray(destinations)) {
    throw invalidOption('destinations', destinations, 'an object with a destination for each name');
  }
  if (reload !== undefined) {
    if (typeof reload !== 'object' || (reload as unknown) === null) throw invalidOption('reload', reload, 'an object');
    knownOptions('reload', reload, ['source', 'signal']);
    choiceOption('reload.signal', reload.signal, 'SIGHUP', ['SIGHUP', 'SIGUSR2']);
  }
  if (limits !== undefined) {
    knownOptions('limits', limits, LIMITS);
    for (const name of LIMITS) integerOption(`limits.${name}`, limits[name], 0, { min: 0, allowInfinity: true });
  }
  const owners = new Map<unknown, string>();
  for (const [name, destination] of Object.entries(destinations)) {
    const exporter = (destination as DestinationOptions | null)?.exporter;
    if (!isExporter(exporter)) continue;
    const owner = owners.get(exporter);
    if (owner !== undefined) {
      const message = `destinations.${name}.exporter must be an exporter of its own; it is that of ${owner}`;
      throw new LogferryError('INVALID_OPTION', message);
    }
    owners.set(exporter, name);
  }
}
