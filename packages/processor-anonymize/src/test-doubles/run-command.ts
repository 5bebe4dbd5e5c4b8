// SPDX-License-Identifier: Apache-2.0
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../command/main.ts', import.meta.url));

export interface CommandResult {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `logferry-anonymize` from its sources, with a file. */
export async function runCommand(...args: readonly string[]): Promise<CommandResult> {
  return await new Promise((resolve) => {
    execFile(process.execPath, ['--conditions=@logferry/source', MAIN, ...args], (error, stdout, stderr) => {
      resolve({ code: error?.code ?? 0, stdout, stderr });
    });
  });
}
