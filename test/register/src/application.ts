// SPDX-License-Identifier: Apache-2.0
import { type OtlpHttpReceiver, startOtlpHttpReceiver } from '@logferry-test/support';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { inject, onTestFinished } from 'vitest';

import type { Line } from './projects.ts';

/** How an application is started, and how it ends. */
export interface Run {
  readonly line: Line;
  /** Default: `application`. */
  readonly program?: string;
  readonly module: 'mjs' | 'cjs';
  /** Arguments of Node. */
  readonly preload: readonly string[];
  readonly end?: 'return' | 'exit' | 'exception' | 'SIGTERM';
  /** The application starts a NodeSDK itself. */
  readonly nodeSdk?: boolean;
  readonly count?: number;
  readonly variables?: Readonly<Record<string, string>>;
}

/** What the parent of the process sees. */
export interface Outcome {
  /** The exit code, or the signal that it died of. */
  readonly ended: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What of this process's environment the application gets: nothing that configures logging. */
const BASE = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:OTEL_|LOGFERRY_|NODE_|VITEST|FORCE_COLOR|NO_COLOR)/.test(name)),
);

export async function runApplication(run: Run): Promise<Outcome> {
  const {
    line,
    program = 'application',
    module,
    preload,
    end = 'return',
    nodeSdk = false,
    count = 50,
    variables,
  } = run;
  const child = spawn(process.execPath, [...preload, `${program}.${module}`], {
    cwd: inject('projects')[line],
    env: {
      ...BASE,
      LINE: line,
      END: end,
      COUNT: String(count),
      ...(nodeSdk && { NODE_SDK: 'inside' }),
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'none',
      ...variables,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), 90_000);
  const ended = new Promise<number | string | null>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const outcome = { ended: await ended, stdout, stderr };
  clearTimeout(timer);
  return outcome;
}

/** The bodies of the records of the application. */
export function expectedBodies(count = 50): string[] {
  return Array.from({ length: count }, (_, index) => `record ${index}`);
}

/** The bodies in the JSON lines of the console exporter. */
export function consoleBodies(stdout: string): unknown[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{"time"'))
    .map((line) => (JSON.parse(line) as { readonly body: unknown }).body);
}

/** A receiver of OTLP/JSON for one test. */
export async function receiver(): Promise<OtlpHttpReceiver> {
  const started = await startOtlpHttpReceiver();
  onTestFinished(() => started.close());
  return started;
}

interface Export {
  readonly resourceLogs?: readonly {
    readonly resource?: { readonly attributes?: readonly { readonly key: string; readonly value: object }[] };
    readonly scopeLogs?: readonly {
      readonly logRecords?: readonly { readonly body?: { readonly stringValue?: string } }[];
    }[];
  }[];
}

function exportsOf({ requests }: OtlpHttpReceiver): Export[] {
  return requests.map(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()) as Export);
}

export function receivedBodies(from: OtlpHttpReceiver): (string | undefined)[] {
  return exportsOf(from)
    .flatMap(({ resourceLogs = [] }) => resourceLogs)
    .flatMap(({ scopeLogs = [] }) => scopeLogs)
    .flatMap(({ logRecords = [] }) => logRecords)
    .map(({ body }) => body?.stringValue);
}

/** What was said by one of those that write to stderr. */
export function linesOf(stderr: string, beginning: string): string[] {
  return stderr.split('\n').filter((line) => line.startsWith(beginning));
}
