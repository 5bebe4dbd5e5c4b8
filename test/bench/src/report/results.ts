// SPDX-License-Identifier: Apache-2.0
import { isDeepStrictEqual } from 'node:util';

import type { Machine } from '../harness/machine.ts';
import type { ScenarioResult } from '../harness/scenario.ts';

/** A scenario, whose contestants all ran in one run of the programme. */
export type MeasuredScenario = ScenarioResult & {
  /** YYYY-MM-DD. */
  readonly date: string;
};

/** What was measured last of each scenario, on one machine; results.json holds it. */
export interface BenchResults {
  readonly machine: Machine;
  readonly scenarios: readonly MeasuredScenario[];
}

/**
 * The results with one scenario measured anew, in the order of `names`.
 * Figures of another machine, or of a scenario that there is no more, do not stay beside it.
 */
export function withScenario(
  before: BenchResults | undefined,
  machine: Machine,
  scenario: MeasuredScenario,
  names: readonly string[],
): BenchResults {
  const kept = before !== undefined && isDeepStrictEqual(before.machine, machine) ? before.scenarios : [];
  const scenarios = [...kept.filter(({ name }) => name !== scenario.name), scenario]
    .filter(({ name }) => names.includes(name))
    .toSorted((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  return { machine, scenarios };
}
