// SPDX-License-Identifier: Apache-2.0
import type { ProcessFigures } from './meter.ts';
import type { PipelineSettings } from './pipeline.ts';
import type { Entrant } from './rounds.ts';
import { runProgram } from './run-program.ts';

/** A contestant that is a pipeline in a process of its own. */
export interface PipelineEntrant extends Entrant {
  /** URL of its module, which exports `open`. */
  readonly module: string;
  readonly pipeline: PipelineSettings;
}

/** How much one run does. */
export interface RunSize {
  readonly warmUpRecords: number;
  readonly records: number;
  /** Where to write a CPU profile of the measured part. Default: none. */
  readonly profilePath?: string;
}

/** One run of one contestant, as its process gets it. */
export interface ContestantJob extends RunSize {
  /** For messages. */
  readonly contestant: string;
  readonly module: string;
  readonly settings: PipelineSettings;
}

const PROGRAM = new URL('contestant-process.ts', import.meta.url);

export interface ContestantSurroundings {
  /** What the pipeline needs besides the contestant's own settings. */
  readonly settings?: PipelineSettings;
  /** Variables of the process besides this one's own. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a contestant in a fresh process and gives back what it measured. */
export async function runContestant(
  contestant: PipelineEntrant,
  size: RunSize,
  { settings = {}, environment = {} }: ContestantSurroundings = {},
): Promise<ProcessFigures> {
  const job: ContestantJob = {
    contestant: contestant.name,
    module: contestant.module,
    settings: { ...contestant.pipeline, ...settings },
    ...size,
  };
  return await runProgram<ProcessFigures>(PROGRAM, job, { environment });
}
