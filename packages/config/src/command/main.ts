#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
import { nearestName } from '@logferry/core';
import { parseArgs } from 'node:util';

import type { ConfigurationSources } from '../environment/resolve-configuration.ts';
import type { Paint } from './paint.ts';

const USAGE = `logferry check [FILE] [--connect] [--alone]
logferry explain [FILE] [--alone]

check      says what is wrong with a configuration, and what would run
explain    shows each effective value and where it comes from
FILE       a declarative configuration, YAML or JSON; environment variables stand above it.
           Default: the file of OTEL_CONFIG_FILE, of LOGFERRY_CONFIG_FILE, or the environment alone
--connect  connects to each OTLP endpoint, and sends nothing
--alone    reads FILE as OTEL_CONFIG_FILE does: variables count only where the file refers to them
--no-color no colours, also on a terminal
Ends with 0 when all is right, 1 when something is not, 2 for a mistake in the call.`;

const VARIABLE_WIDTH = 31;

const COMMANDS = ['check', 'explain'];

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      alone: { type: 'boolean', default: false },
      connect: { type: 'boolean', default: false },
      'no-color': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const [command, file, ...others] = positionals;
  if (values.help) {
    const { OWN_VARIABLES } = await import('../environment/read-environment.ts');
    const variables = Object.entries(OWN_VARIABLES).map(([name, about]) => `${name.padEnd(VARIABLE_WIDTH)} ${about}`);
    console.log(`${USAGE}\n\nVariables beside those of OpenTelemetry:\n${variables.join('\n')}`);
    return 0;
  }
  if (command === undefined || !COMMANDS.includes(command)) {
    const nearest = nearestName(command ?? '', COMMANDS);
    throw new UsageError(nearest === undefined ? 'name what to do: check or explain' : `did you mean ${nearest}?`);
  }
  if (others.length > 0) throw new UsageError('name one file');
  if (values.alone && file === undefined) throw new UsageError('--alone needs a file');
  // A mistake in the call is told without loading all of it.
  const { paintFor } = await import('./paint.ts');
  const hasColours = process.stdout.isTTY && !values['no-color'] && (process.env['NO_COLOR'] ?? '') === '';
  const view = { paint: paintFor(hasColours), write: (line: string) => console.log(line) };
  const sources = sourcesOf(file, values.alone);
  const isRight = command === 'check' ? await runCheck(sources, view, values.connect) : await runExplain(sources, view);
  return isRight ? 0 : 1;
}

interface View {
  readonly paint: Paint;
  readonly write: (line: string) => void;
}

async function runCheck(sources: ConfigurationSources, view: View, isConnecting: boolean): Promise<boolean> {
  const { check } = await import('./check.ts');
  return check(sources, { ...view, isConnecting, nowMillis: Date.now() });
}

async function runExplain(sources: ConfigurationSources, view: View): Promise<boolean> {
  const { explain } = await import('./explain.ts');
  return explain(sources, view);
}

/** A mistake in the call. */
class UsageError extends Error {}

function sourcesOf(file: string | undefined, isAlone: boolean): ConfigurationSources {
  const environment = process.env;
  if (file === undefined) return { environment };
  // Where the environment names a file that stands alone, this one would as well.
  const standsAlone = isAlone || (environment['OTEL_CONFIG_FILE'] ?? '').trim() !== '';
  return standsAlone ? { environment: { ...environment, OTEL_CONFIG_FILE: file } } : { environment, file };
}

try {
  process.exitCode = await main();
} catch (error) {
  const { code } = error as { readonly code?: unknown };
  const isUsage = error instanceof UsageError || String(code).startsWith('ERR_PARSE_ARGS');
  // The message of another error may quote what it read.
  console.error(isUsage ? `${(error as Error).message}\n\n${USAGE}` : `it can't be run: ${String(code)}`);
  process.exitCode = 2;
}
