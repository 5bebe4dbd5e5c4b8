// SPDX-License-Identifier: Apache-2.0

/** The program that `runContestant` starts: one contestant, warmed up, measured once, in a process of its own. */
import { Meter } from './meter.ts';
import type { OpenPipeline, Phase } from './pipeline.ts';
import { produce } from './produce.ts';
import type { ContestantJob } from './run-contestant.ts';
import { profiled } from '../profile/record-profile.ts';

const job = JSON.parse(process.argv[2] ?? '') as ContestantJob;
const { open } = (await import(job.module)) as { readonly open: OpenPipeline };

async function run(phase: Phase, records: number): Promise<void> {
  const pipeline = await open(job.settings, phase);
  await produce(pipeline, records);
  await pipeline.finish();
}

// A contestant may wait for a worker that does not hold the process.
process.channel!.ref();
await run('warm-up', job.warmUpRecords);
const measure = async (): Promise<void> => {
  const meter = new Meter();
  await run('measured', job.records);
  const figures = meter.stop(job.records);
  await new Promise<void>((resolve, reject) => {
    process.send!(figures, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
};
await (job.profilePath === undefined ? measure() : profiled(job.profilePath, measure));
// A peer that leaves a handle open would hold the process, and everything was delivered.
process.exit(0);
