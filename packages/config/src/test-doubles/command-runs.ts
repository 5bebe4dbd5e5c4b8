// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { vi } from 'vitest';

import { temporaryFolder } from './temporary-folder.ts';

const MAIN = fileURLToPath(new URL('../command/main.ts', import.meta.url));

/** How a run of the command ended. */
export interface Ended {
  readonly code: number | null;
  readonly lines: readonly string[];
  readonly errors: string;
}

/** What a file of tests needs to run the command, each time in a process of its own. */
export interface CommandRuns {
  /** Where it runs; deleted after the tests. */
  readonly directory: string;
  /** Writes a configuration file there. */
  readonly file: (name: string, text: string) => void;
  readonly logferry: (args: readonly string[], variables?: Readonly<Record<string, string>>) => Promise<Ended>;
}

export function commandRuns(): CommandRuns {
  // Each is a process that loads every package, on a machine that may be busy.
  vi.setConfig({ testTimeout: 120_000 });
  const directory = temporaryFolder();
  return {
    directory,
    file(name, text) {
      writeFileSync(join(directory, name), `file_format: "1.1"\n${text}`);
    },
    logferry: (args, variables = {}) => ended(directory, args, variables),
  };
}

function ended(
  directory: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=@logferry/source', MAIN, ...args], {
    cwd: directory,
    env: { PATH: process.env['PATH'], ...variables },
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  return new Promise((resolve) => {
    child.on('close', (code) => {
      resolve({ code, lines: output.split('\n').slice(0, -1), errors });
    });
  });
}
