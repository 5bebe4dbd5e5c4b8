// SPDX-License-Identifier: Apache-2.0
import { createRequire } from 'node:module';
import { isMainThread } from 'node:worker_threads';

import type { FlushEvent } from '@logferry/processor-batch';

import type { ExporterOptions } from '../exporter-options.ts';
import { readConfigurationFile } from '../file/read-configuration.ts';
import type { DestinationOptions, LogPipelineOptions } from '../options.ts';
import { configurationError, problemText } from '../problems/problem-text.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** What a process is started with. */
export interface RegisterOptions {
  readonly options: LogPipelineOptions;
  readonly logLevel: string | undefined;
  /** Worth saying, one line each. */
  readonly warnings: readonly string[];
}

/** Every end of the process that can be heard of. Worker threads get no signals. */
const FLUSH_ON: readonly FlushEvent[] = isMainThread
  ? ['beforeExit', 'SIGTERM', 'SIGINT', 'uncaughtExceptionMonitor', 'exit']
  : ['beforeExit', 'uncaughtExceptionMonitor', 'exit'];

/** The options of the file that OTEL_CONFIG_FILE names, and of nothing else, or else of the environment. @throws LogferryError */
export function registerOptions(variables: Variables): RegisterOptions {
  const file = variables['OTEL_CONFIG_FILE']?.trim();
  return file === undefined || file === '' ? ofEnvironment(variables) : ofFile(file, variables);
}

function ofFile(file: string, variables: Variables): RegisterOptions {
  const read = (): ReturnType<typeof readConfigurationFile> => readConfigurationFile(file, { environment: variables });
  // The specification: beside the file, the variables have no say. Others, such as those of proxies, do.
  const environment = Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('OTEL_')));
  const complete = ({ options, problems }: ReturnType<typeof readConfigurationFile>): LogPipelineOptions => {
    if (options === undefined) throw configurationError(problems);
    const signal = options.reload?.signal;
    const reload = { source: () => complete(read()), ...(signal !== undefined && { signal }) };
    return { flushOn: FLUSH_ON, ...options, environment, reload };
  };
  const first = read();
  const warnings = first.problems.filter(({ severity }) => severity === 'warning').map(problemText);
  return { options: complete(first), logLevel: first.logLevel, warnings };
}

function ofEnvironment(variables: Variables): RegisterOptions {
  const warnings: string[] = [];
  const destinations = Object.fromEntries(
    exporterNames(variables).flatMap((name): [string, DestinationOptions][] => {
      if (name === 'otlp') return [['otlp', { exporter: otlpExporter(variables), worker: hasPackage(WORKER) }]];
      if (name === 'console') return [['console', { exporter: { type: 'console' }, queue: CONSOLE_QUEUE }]];
      if (name !== 'none')
        warnings.push(`OTEL_LOGS_EXPORTER: ${JSON.stringify(name)} is ignored; otlp, console and none are known`);
      return [];
    }),
  );
  return { options: { destinations, flushOn: FLUSH_ON }, logLevel: variables['OTEL_LOG_LEVEL'], warnings };
}

/** Without an exporter that is named: to the endpoint that is, or else to the console. */
function exporterNames(variables: Variables): readonly string[] {
  const named = text(variables, 'OTEL_LOGS_EXPORTER');
  if (named !== undefined)
    return [
      ...new Set(
        named
          .split(',')
          .map((name) => name.trim().toLowerCase())
          .filter((name) => name !== ''),
      ),
    ];
  const endpoint = text(variables, 'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT');
  return [endpoint === undefined ? 'console' : 'otlp'];
}

/** The rest of its options are variables that the exporter reads itself. */
function otlpExporter(variables: Variables): ExporterOptions {
  const protocol = text(variables, 'OTEL_EXPORTER_OTLP_LOGS_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL')?.toLowerCase();
  return { type: protocol === 'grpc' ? 'otlp-grpc' : 'otlp-http' };
}

/** People read along: a line is to be there when it is logged, but a burst need not be a write for each line. */
const CONSOLE_QUEUE = { scheduledDelayMillis: 100 };

/** Whoever has installed it wants what is logged to be sent also where the process exits or crashes. */
const WORKER = '@logferry/exporter-worker';

function hasPackage(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

function text(variables: Variables, ...names: readonly string[]): string | undefined {
  return names.map((name) => variables[name]?.trim()).find((value) => value !== undefined && value !== '');
}
