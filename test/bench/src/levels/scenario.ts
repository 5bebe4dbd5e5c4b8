// SPDX-License-Identifier: Apache-2.0
import type { Entrant } from '../harness/rounds.ts';
import type { Metric, Scenario } from '../harness/scenario.ts';
import { scenarioOfTurns, type TurnsCase } from '../harness/scenario-of-turns.ts';
import type { ContestantName } from './contestants.ts';
import { CALLS_PER_TURN, type LevelsCall } from './turn.ts';

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

const CASES: readonly TurnsCase<LevelsCall>[] = [
  { name: 'enabled', title: 'Logger.enabled, five destinations', kind: 'enabled', entrants: ENTRANTS },
  { name: 'enabled-one', title: 'Logger.enabled, one destination', kind: 'enabled', entrants: ONE },
  { name: 'enabled-loggers', title: 'Logger.enabled, levels of loggers', kind: 'enabled', entrants: LOGGERS },
  { name: 'emit', title: 'Logger.emit, five destinations', kind: 'emit', entrants: ENTRANTS },
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

/** What a level costs that no destination wants. */
export const levelsScenario: Scenario = scenarioOfTurns<LevelsCall, number>({
  name: 'levels',
  title: 'A disabled level',
  about: 'Calls for a DEBUG record where only errors are wanted, in turns in one process; the median of the turns.',
  metrics: METRICS,
  bars: CASES.map(({ name }) => ({ case: name, metric: 'nanosMore', atMost: MOST_NANOS })),
  cases: CASES,
  sizes: {
    full: { rounds: 5, warmUpTurns: 100, turns: 300 },
    short: { rounds: 1, warmUpTurns: 2, turns: 5 },
  },
  program: new URL('levels-process.ts', import.meta.url),
  itemsPerTurn: CALLS_PER_TURN,
  runOf: (name, nanos) => {
    const nanosPerCall = nanos.get(name)!;
    return { nanosPerCall, nanosMore: nanosPerCall - nanos.get(PEER)! };
  },
});
