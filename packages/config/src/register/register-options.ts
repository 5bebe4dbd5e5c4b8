// SPDX-License-Identifier: Apache-2.0
import { isMainThread } from 'node:worker_threads';

import type { FlushEvent } from '@logferry/processor-batch';

import { resolveConfiguration, type ResolvedConfiguration } from '../environment/resolve-configuration.ts';
import type { LogPipelineOptions } from '../options.ts';
import { hasPackage } from '../pipeline/packages.ts';
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

/** The options that variables and files give, with what suits a process that has no code for it. @throws LogferryError */
export function registerOptions(variables: Variables): RegisterOptions {
  const resolve = (): ResolvedConfiguration => resolveConfiguration({ environment: variables });
  const complete = ({ options, problems, file }: ResolvedConfiguration): LogPipelineOptions => {
    if (options === undefined) throw configurationError(problems);
    const reload = { ...options.reload, source: () => complete(resolve()) };
    const whole = { flushOn: FLUSH_ON, ...options, reload };
    return file === undefined ? { ...whole, destinations: withDefaults(options.destinations) } : whole;
  };
  const first = resolve();
  const warnings = first.problems.filter(({ severity }) => severity === 'warning').map(problemText);
  return { options: complete(first), logLevel: first.logLevel, warnings };
}

/** Where no file says how, but only that something is exported. */
function withDefaults(destinations: LogPipelineOptions['destinations']): LogPipelineOptions['destinations'] {
  const { otlp, console, ...others } = destinations;
  return {
    ...(otlp !== undefined && { otlp: { worker: hasPackage(WORKER), ...otlp } }),
    ...(console !== undefined && { console: { ...console, queue: { ...CONSOLE_QUEUE, ...console.queue } } }),
    ...others,
  };
}

/** People read along: a line is to be there when it is logged, but a burst need not be a write for each line. */
const CONSOLE_QUEUE = { scheduledDelayMillis: 100 };

/** Whoever has installed it wants what is logged to be sent also where the process exits or crashes. */
const WORKER = '@logferry/exporter-worker';
