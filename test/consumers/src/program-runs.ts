// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

import { run } from './commands.ts';
import type { ConsumerProject, ModuleForm } from './consumer-project.ts';

/** What a run of a program, or a check, came to. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A tally with what was printed where something failed. */
export interface Outcome extends Tally {
  readonly output: string;
}

const TIMEOUT_MILLIS = 60_000;

/** Runs a compiled program, which is a suite of `node:test`, on one version of Node. */
export async function runProgram(
  project: ConsumerProject,
  program: string,
  form: ModuleForm,
  node: string,
): Promise<Outcome> {
  const args = ['--test-reporter=tap', join(form, `${program}.js`)];
  const result = await run(node, args, { cwd: project.folder, timeoutMillis: TIMEOUT_MILLIS });
  const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(result.output)?.[1] ?? 0);
  const passed = count('pass');
  const skipped = count('skipped') + count('todo');
  const failed = count('fail') + count('cancelled');
  // A program that could not start, or was killed, has no failed test to show; one without tests shows nothing.
  const isBroken = failed === 0 && (result.exitCode !== 0 || passed === 0);
  return { passed, failed: isBroken ? 1 : failed, skipped, output: result.output };
}
