// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';

export interface CommandOptions {
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** After which the command is killed. Default: 10 minutes. */
  readonly timeoutMillis?: number;
}

export interface CommandResult {
  /** Null when it was killed. */
  readonly exitCode: number | null;
  /** What it printed, both streams as they came. */
  readonly output: string;
  readonly seconds: number;
}

const DEFAULT_TIMEOUT_MILLIS = 600_000;

/** Runs a program without a shell and collects what it prints. A program that can't be started is an exit code of 127. */
export function run(file: string, args: readonly string[], options: CommandOptions): Promise<CommandResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // spawn has an option for this, but its timer stays, and holds the process, when the program can't be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMillis ?? DEFAULT_TIMEOUT_MILLIS);
    const end = (exitCode: number | null): void => {
      clearTimeout(timer);
      resolve({ exitCode, output, seconds: (performance.now() - startedAt) / 1000 });
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text: string) => {
        output += text;
      });
    }
    child.once('error', (error) => {
      output += `${error.message}\n`;
      end(127);
    });
    child.once('close', end);
  });
}

/** Like `run`. @throws Error with what was printed when the exit code is not 0. */
export async function runChecked(
  file: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  const result = await run(file, args, options);
  if (result.exitCode !== 0) {
    throw new Error(`${[file, ...args].join(' ')} exited with ${result.exitCode}\n${result.output}`);
  }
  return result;
}
