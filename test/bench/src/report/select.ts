// SPDX-License-Identifier: Apache-2.0
import type { CaseResult, ContestantResult, Metric, ScenarioResult } from '../harness/scenario.ts';
import { pairedRatio, type Spread } from '../harness/statistics.ts';

/** The values of a metric over a contestant's runs. */
export function values(contestant: ContestantResult, metric: Metric): number[] {
  return contestant.runs.map((run) => run[metric.key]!);
}

/** Logferry ÷ peer, pair by pair. */
export function ratioToPeer(result: CaseResult, peer: ContestantResult, metric: Metric): Spread | undefined {
  return pairedRatio(values(result.contestants[0]!, metric), values(peer, metric));
}

/** The peers of a case: everyone but Logferry, who stands first. */
export function peersOf(result: CaseResult): readonly ContestantResult[] {
  return result.contestants.slice(1);
}

/** The metrics of a scenario that the first table shows in this way. */
export function metricsShown(scenario: ScenarioResult, comparison: Metric['comparison']): readonly Metric[] {
  return scenario.metrics.filter((metric) => metric.comparison === comparison);
}
