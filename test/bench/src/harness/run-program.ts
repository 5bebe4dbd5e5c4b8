// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ProgramOptions {
  /** Variables besides this process's own. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Flags of Node. */
  readonly nodeFlags?: readonly string[];
}

/** A program that takes longer is stuck. */
const TIMEOUT_MILLIS = 180_000;

/**
 * Runs a program of this package in a fresh process, with its job as JSON in the first argument, and gives back the one
 * message that it sends.
 * @throws Error when it ends badly or says nothing; the message holds what it wrote to stderr.
 */
export async function runProgram<T>(program: URL, job: object, options: ProgramOptions = {}): Promise<T> {
  const child = spawn(process.execPath, [...(options.nodeFlags ?? []), fileURLToPath(program), JSON.stringify(job)], {
    // As a shell starts it: the SDK's default service name has it in it, and the flat lines of files have that.
    argv0: 'node',
    env: { ...withoutTelemetryVariables(process.env), ...options.environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let answer: T | undefined;
  let errors = '';
  child.on('message', (message) => {
    answer = message as T;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MILLIS);
  const ending = await new Promise<string>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? String(code)));
  });
  clearTimeout(timer);
  if (answer === undefined || ending !== '0') {
    const { contestant = '' } = job as { readonly contestant?: string };
    throw new Error(
      `${basename(program.pathname)} ${contestant} ended with ${ending}${errors === '' ? '' : `:\n${errors}`}`,
    );
  }
  return answer;
}

/** What the caller's shell says about its own telemetry must not change what is measured. */
function withoutTelemetryVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !/^(OTEL|LOGFERRY)_/.test(name)));
}
