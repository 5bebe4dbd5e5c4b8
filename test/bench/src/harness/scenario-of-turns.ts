// SPDX-License-Identifier: Apache-2.0
import type { Progress } from './progress.ts';
import type { Entrant } from './rounds.ts';
import { runProgram } from './run-program.ts';
import type { CaseResult, Run, Scale, Scenario, ScenarioResult } from './scenario.ts';
import type { TurnsAnswer, TurnsJob } from './take-turns.ts';

export interface TurnsCase<Kind> {
  readonly name: string;
  readonly title: string;
  readonly kind: Kind;
  readonly entrants: readonly Entrant[];
}

interface TurnsSize {
  readonly rounds: number;
  readonly warmUpTurns: number;
  readonly turns: number;
}

/** The figures of a round, by the name of the contestant. */
type RoundFigures<Figures> = ReadonlyMap<string, Figures>;

interface TurnsDescription<Kind, Figures> extends Omit<ScenarioResult, 'cases'> {
  readonly cases: readonly TurnsCase<Kind>[];
  readonly sizes: Readonly<Record<Scale, TurnsSize>>;
  /** The program of a round, which calls `takeTurns`. */
  readonly program: URL;
  readonly itemsPerTurn: number;
  /** The metrics of a contestant's round in the case of the title. @throws Error when it did not do its work. */
  readonly runOf: (contestant: string, figures: RoundFigures<Figures>, title: string) => Run;
}

/**
 * A scenario in which, unlike pipelines, the contestants of a round share a process, so that turns are short and the
 * machine's moods equal.
 */
export function scenarioOfTurns<Kind, Figures>(description: TurnsDescription<Kind, Figures>): Scenario {
  const { cases, sizes, program, itemsPerTurn, runOf, ...said } = description;
  const round = async (job: TurnsJob<Kind>): Promise<RoundFigures<Figures>> =>
    // Built packages are measured, as they are published, not their sources.
    new Map(await runProgram<TurnsAnswer<Figures>>(program, job));

  async function measureCase(each: TurnsCase<Kind>, size: TurnsSize, progress: Progress): Promise<CaseResult> {
    const { name, title, kind, entrants } = each;
    const { rounds, warmUpTurns, turns } = size;
    const contestants = entrants.map((entrant) => ({ ...entrant, runs: [] as Run[] }));
    for (let number = 1; number <= rounds; number += 1) {
      progress.running(number, rounds, title);
      const figures = await round({ kind, contestants: entrants.map((one) => one.name), warmUpTurns, turns });
      for (const contestant of contestants) {
        const run = runOf(contestant.name, figures, title);
        progress.ran(number, rounds, contestant.label, said.metrics, run);
        contestant.runs.push(run);
      }
    }
    return { name, title, contestants };
  }

  return {
    name: said.name,
    profiles: cases.flatMap(({ name, entrants }) => entrants.map((entrant) => `${name}/${entrant.name}`)),

    async measure(scale, progress) {
      const results: CaseResult[] = [];
      for (const each of cases) {
        progress.subheading(each.title);
        results.push(await measureCase(each, sizes[scale], progress));
      }
      return { ...said, cases: results };
    },

    async profile(path, caseName, contestant) {
      const { kind } = cases.find(({ name }) => name === caseName)!;
      const { warmUpTurns, turns } = sizes.full;
      await round({ kind, contestants: [contestant], warmUpTurns, turns, profilePath: path });
      return { records: turns * itemsPerTurn };
    },
  };
}
