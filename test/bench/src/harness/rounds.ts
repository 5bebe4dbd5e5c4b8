// SPDX-License-Identifier: Apache-2.0
import type { Progress } from './progress.ts';
import type { ContestantResult, Metric, Run } from './scenario.ts';

/** A contestant that is to run. */
export interface Entrant {
  readonly name: string;
  readonly label: string;
  readonly settings: string;
}

/**
 * Runs all contestants once in each round, A B C A B C, so that a change of the machine's mood meets all of them alike.
 */
export async function measureInRounds<E extends Entrant>(
  entrants: readonly E[],
  rounds: number,
  metrics: readonly Metric[],
  progress: Progress,
  runOnce: (entrant: E) => Promise<Run>,
): Promise<ContestantResult[]> {
  const runs = new Map(entrants.map((entrant) => [entrant.name, [] as Run[]]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const entrant of entrants) {
      progress.running(round, rounds, entrant.label);
      const run = await runOnce(entrant);
      progress.ran(round, rounds, entrant.label, metrics, run);
      runs.get(entrant.name)!.push(run);
    }
  }
  return entrants.map(({ name, label, settings }) => ({ name, label, settings, runs: runs.get(name)! }));
}
