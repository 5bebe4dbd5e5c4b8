// SPDX-License-Identifier: Apache-2.0
import type { Progress } from '../harness/progress.ts';
import type { Entrant } from '../harness/rounds.ts';
import { runProgram } from '../harness/run-program.ts';
import type { CaseResult, Metric, Run, Scenario } from '../harness/scenario.ts';
import type { ContestantName } from './contestants.ts';
import type { LevelsAnswer, LevelsJob } from './levels-process.ts';

interface LevelsEntrant extends Entrant {
  readonly name: ContestantName;
}

const PEER: ContestantName = 'sdk';

const SDK: LevelsEntrant = {
  name: PEER,
  label: "the SDK's own check",
  settings: 'loggerConfigurator: minimumSeverity',
};

const ENTRANTS: readonly LevelsEntrant[] = [
  { name: 'logferry', label: 'Logferry', settings: 'createLogPipeline: five destinations with minimumSeverity' },
  SDK,
];

const ONE: readonly LevelsEntrant[] = [
  { name: 'logferry-one', label: 'Logferry', settings: 'createLogPipeline: one destination with minimumSeverity' },
  SDK,
];

const LOGGERS: readonly LevelsEntrant[] = [
  { name: 'logferry-loggers', label: 'Logferry', settings: 'createLogPipeline: loggers.defaultConfig.minimumSeverity' },
  SDK,
];

interface LevelsCase {
  readonly name: string;
  readonly title: string;
  readonly call: LevelsJob['call'];
  readonly entrants: readonly LevelsEntrant[];
}

const CASES: readonly LevelsCase[] = [
  { name: 'enabled', title: 'Logger.enabled, five destinations', call: 'enabled', entrants: ENTRANTS },
  { name: 'enabled-one', title: 'Logger.enabled, one destination', call: 'enabled', entrants: ONE },
  { name: 'enabled-loggers', title: 'Logger.enabled, levels of loggers', call: 'enabled', entrants: LOGGERS },
  { name: 'emit', title: 'Logger.emit, five destinations', call: 'emit', entrants: ENTRANTS },
];

const METRICS: readonly Metric[] = [
  {
    key: 'nanosPerCall',
    label: 'time per call',
    unit: 'ns',
    better: 'lower',
    digits: 1,
    comparison: 'side by side',
  },
  {
    key: 'nanosMore',
    label: "more than the SDK's own check",
    unit: 'ns',
    better: 'lower',
    digits: 1,
    comparison: 'side by side',
  },
];

/** What a level that nobody wants may cost more than without us. */
const MOST_NANOS = 50;

const SIZES = {
  full: { rounds: 5, warmUpTurns: 100, turns: 300 },
  short: { rounds: 1, warmUpTurns: 2, turns: 5 },
};

const PROGRAM = new URL('levels-process.ts', import.meta.url);

/** What a level costs that no destination wants. */
export const levelsScenario: Scenario = {
  name: 'levels',
  profiles: CASES.flatMap(({ name, entrants }) => entrants.map((entrant) => `${name}/${entrant.name}`)),

  async measure(scale, progress) {
    const { rounds, ...size } = SIZES[scale];
    const cases: CaseResult[] = [];
    for (const each of CASES) {
      progress.subheading(each.title);
      cases.push(await measureCase(each, rounds, size, progress));
    }
    return {
      name: 'levels',
      title: 'A disabled level',
      about: 'Calls for a DEBUG record where only errors are wanted, in turns in one process; the median of the turns.',
      metrics: METRICS,
      bars: CASES.map(({ name }) => ({ case: name, metric: 'nanosMore', atMost: MOST_NANOS })),
      cases,
    };
  },

  async profile(path, caseName, contestant) {
    const { call } = CASES.find(({ name }) => name === caseName)!;
    const { warmUpTurns, turns } = SIZES.full;
    await ask({ call, contestants: [contestant as ContestantName], warmUpTurns, turns, profilePath: path });
    return { records: turns * CALLS_PER_TURN };
  },
};

/** As the program has it; importing that would run it. */
const CALLS_PER_TURN = 20_000;

async function measureCase(
  { name, title, call, entrants }: LevelsCase,
  rounds: number,
  size: Pick<LevelsJob, 'warmUpTurns' | 'turns'>,
  progress: Progress,
): Promise<CaseResult> {
  const runs = new Map(entrants.map((entrant) => [entrant.name, [] as Run[]]));
  for (let round = 1; round <= rounds; round += 1) {
    progress.running(round, rounds, title);
    const nanos = await ask({ call, contestants: entrants.map((entrant) => entrant.name), ...size });
    for (const entrant of entrants) {
      const nanosPerCall = nanos.get(entrant.name)!;
      const run = { nanosPerCall, nanosMore: nanosPerCall - nanos.get(PEER)! };
      progress.ran(round, rounds, entrant.label, METRICS, run);
      runs.get(entrant.name)!.push(run);
    }
  }
  return { name, title, contestants: entrants.map((entrant) => ({ ...entrant, runs: runs.get(entrant.name)! })) };
}

async function ask(job: LevelsJob): Promise<ReadonlyMap<ContestantName, number>> {
  return new Map(await runProgram<LevelsAnswer>(PROGRAM, job));
}
