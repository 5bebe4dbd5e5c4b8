// SPDX-License-Identifier: Apache-2.0

/** Finds out what the components have against their options, by making them, without opening a file or sending anything. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { isLogferryError, LogferryError, type LogRecordExporter } from '@logferry/core';

import type { ExporterOptions } from '../exporter-options.ts';
import type { DestinationOptions, LogPipelineOptions } from '../options.ts';
import { type ExporterPlan, planExporter } from '../pipeline/build-exporter.ts';
import { createLogPipeline } from '../pipeline/log-pipeline.ts';
import { loadPackage } from '../pipeline/packages.ts';

/** What is wrong, by destination; of the pipeline as a whole under the empty name. */
export type BuildProblems = ReadonlyMap<string, string>;

export async function buildProblems(options: LogPipelineOptions): Promise<BuildProblems> {
  const problems = new Map<string, string>();
  // Nothing may listen for signals here.
  const { reload: _reload, flushOn: _flushOn, destinations, ...common } = options;
  const whole = { ...common, disabled: false };
  const ofAll = await problemOf(() => createLogPipeline({ ...whole, destinations: { all: { exporter: NOWHERE } } }));
  if (ofAll !== undefined) problems.set('', ofAll);
  const { redaction: _redaction, ...rest } = whole;
  for (const [name, destination] of Object.entries(destinations)) {
    // Told once, and not of each destination.
    const surroundings = ofAll === undefined ? whole : rest;
    const problem = await problemOf(() => {
      const checked = checkedDestination(name, destination, options);
      return createLogPipeline({ ...surroundings, destinations: { [name]: checked } });
    });
    if (problem !== undefined) problems.set(name, problem);
  }
  return problems;
}

/** A destination that is made without opening a file or a thread. */
function checkedDestination(
  name: string,
  destination: DestinationOptions,
  pipeline: LogPipelineOptions,
): DestinationOptions {
  const { worker, ...rest } = destination;
  const exporter = destination.exporter as ExporterOptions;
  const path = `destinations.${name}`;
  if (worker !== undefined && worker !== false) loadPackage('@logferry/exporter-worker', `${path}.worker`);
  const isFile = exporter.type === 'rotating-file' || exporter.type === 'otlp-file';
  const isStdout =
    isFile &&
    ('output' in exporter
      ? exporter.output === 'stdout'
      : exporter.type === 'otlp-file' && exporter.path === undefined);
  if (!isFile || isStdout) return rest;
  const plan = planExporter(path, exporter, { pipeline, onError: () => {} });
  checkFileOptions(plan);
  return { ...rest, exporter: NOWHERE };
}

/** Checks the options for a path elsewhere, because checking makes the directory of the file. */
function checkFileOptions({ Exporter, options }: ExporterPlan): void {
  const {
    path,
    archiveDirectory: _archive,
    currentLink: _link,
    owner: _owner,
    ...others
  } = options as Partial<Record<'path' | 'archiveDirectory' | 'currentLink' | 'owner', string>>;
  const directory = mkdtempSync(join(tmpdir(), 'logferry-check-'));
  const elsewhere = path === undefined ? undefined : join(directory, basename(path));
  try {
    Exporter.workerSupport.prepare({ ...others, path: elsewhere });
  } catch (error) {
    if (!isLogferryError(error) || path === undefined || elsewhere === undefined) throw error;
    throw new LogferryError(error.code, error.message.replaceAll(elsewhere, path));
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const NOWHERE: LogRecordExporter = {
  export: (_records, done) => done({ code: 0 }),
  forceFlush: async () => {},
  shutdown: async () => {},
};

async function problemOf(make: () => { shutdown(): Promise<void> }): Promise<string | undefined> {
  try {
    await make().shutdown();
    return undefined;
  } catch (error) {
    // What is not ours may hold anything.
    if (isLogferryError(error)) return error.message;
    return `can not be made: ${(error as NodeJS.ErrnoException).code ?? (error as Error).name}`;
  }
}
