// SPDX-License-Identifier: Apache-2.0
import { spawn } from 'node:child_process';
import { closeSync, globSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { type Failure, readFailures } from './failures.ts';
import { add, NOTHING, readTally, type Tally } from './report.ts';
import type { Suite } from './suites.ts';

export interface SuiteResult {
  readonly suite: Suite;
  readonly tally: Tally;
  readonly exitCode: number;
  readonly seconds: number;
  /** Everything the command printed. */
  readonly logPath: string;
  /** What its reports say of failed tests. */
  readonly failures: readonly Failure[];
  /** Why the suite counts as failed, where its tests alone do not say it. */
  readonly problem?: string;
}

/** Runs one suite with its output in a log file, and counts what its reports say. */
export async function runSuite(suite: Suite, root: string): Promise<SuiteResult> {
  const logFolder = join(root, '.reports');
  mkdirSync(logFolder, { recursive: true });
  const logPath = join(logFolder, `${suite.name}.log`);
  const patterns = suite.reports ?? [];
  // A report of an earlier run must not be counted when this one dies before it writes its own.
  for (const path of globSync(patterns, { cwd: root })) rmSync(join(root, path));

  const startedAt = performance.now();
  const exitCode = await execute(suite.command, root, logPath);
  const seconds = (performance.now() - startedAt) / 1000;
  const paths = globSync(patterns, { cwd: root })
    .toSorted()
    .map((path) => join(root, path));
  const base = { suite, exitCode, seconds, logPath, failures: readFailures(paths) };

  if (suite.reports === undefined) {
    return { ...base, tally: exitCode === 0 ? { ...NOTHING, passed: 1 } : { ...NOTHING, failed: 1 } };
  }
  const missing = patterns.find((pattern) => globSync(pattern, { cwd: root }).length === 0);
  const tally = paths.map(readTally).reduce(add, NOTHING);
  let problem: string | undefined;
  if (missing !== undefined) problem = `no report at ${missing}`;
  else if (tally.passed + tally.failed + tally.skipped === 0) problem = 'no test was executed';
  else if (exitCode !== 0 && tally.failed === 0) problem = `the command exited with ${exitCode}`;
  if (problem === undefined) return { ...base, tally };
  return { ...base, problem, tally: add(tally, { ...NOTHING, failed: 1 }) };
}

export function tail(path: string, lines: number): string {
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}

async function execute(command: readonly [string, ...string[]], root: string, logPath: string): Promise<number> {
  const [file, ...args] = command;
  const log = openSync(logPath, 'w', 0o600);
  try {
    return await new Promise<number>((resolve, reject) => {
      const child = spawn(file, args, {
        cwd: root,
        stdio: ['ignore', log, log],
        env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', FORCE_COLOR: '0', NO_COLOR: '1' },
      });
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
    });
  } finally {
    closeSync(log);
  }
}
