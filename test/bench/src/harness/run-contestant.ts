// SPDX-License-Identifier: Apache-2.0
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { ProcessFigures } from './meter.ts';
import type { PipelineSettings } from './pipeline.ts';
import type { Entrant } from './rounds.ts';

/** A contestant that is a pipeline in a process of its own. */
export interface PipelineEntrant extends Entrant {
  /** URL of its module, which exports `open`. */
  readonly module: string;
  readonly pipeline: PipelineSettings;
}

/** How much one run does. */
export type RunSize = Pick<ContestantJob, 'warmUpRecords' | 'records' | 'profilePath'>;

/** One run of one contestant. */
export interface ContestantJob {
  /** URL of the contestant's module, which exports `open`. */
  readonly module: string;
  readonly settings: PipelineSettings;
  readonly warmUpRecords: number;
  readonly records: number;
  /** Where to write a CPU profile of the measured part. Default: none. */
  readonly profilePath?: string;
}

const PROGRAM = fileURLToPath(new URL('contestant-process.ts', import.meta.url));

/** A contestant that takes longer is stuck. */
const TIMEOUT_MILLIS = 180_000;

/**
 * Runs a job in a fresh process and gives back what it measured.
 * @param environment variables of that process besides this one's own.
 */
export async function runContestant(
  job: ContestantJob,
  environment: Readonly<Record<string, string>> = {},
): Promise<ProcessFigures> {
  const child = fork(PROGRAM, [JSON.stringify(job)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let figures: ProcessFigures | undefined;
  let errors = '';
  child.on('message', (message) => {
    figures = message as ProcessFigures;
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
  if (figures === undefined || ending !== '0') {
    throw new Error(`${job.module} ended with ${ending}${errors === '' ? '' : `:\n${errors}`}`);
  }
  return figures;
}
