// SPDX-License-Identifier: Apache-2.0
import type { Bar, ScenarioResult } from '../harness/scenario.ts';
import { spread } from '../harness/statistics.ts';
import { formatRatio, formatSpread } from './format.ts';
import { ratioToPeer, values } from './select.ts';

export interface Verdict {
  readonly kept: boolean;
  /** The case and the metric. */
  readonly subject: string;
  /** The ratio to the peer, or the figure. */
  readonly measured: string;
  readonly wanted: string;
}

/** Whether each bar of a scenario is kept, by the median of its ratios or figures. */
export function verdicts(scenario: ScenarioResult): Verdict[] {
  return scenario.bars.map((bar) => verdict(scenario, bar));
}

function verdict(scenario: ScenarioResult, bar: Bar): Verdict {
  const result = scenario.cases.find((candidate) => candidate.name === bar.case)!;
  const metric = scenario.metrics.find((candidate) => candidate.key === bar.metric)!;
  const peer = result.contestants.find((candidate) => candidate.name === bar.peer);
  const measured =
    peer === undefined ? spread(values(result.contestants[0]!, metric)) : ratioToPeer(result, peer, metric);
  const median = measured?.median ?? Number.NaN;
  const wanted = [
    bar.atMost === undefined ? '' : `at most ${bar.atMost}`,
    bar.atLeast === undefined ? '' : `at least ${bar.atLeast}`,
  ].filter((part) => part !== '');
  return {
    kept: median <= (bar.atMost ?? Infinity) && median >= (bar.atLeast ?? -Infinity),
    subject: `${result.title}: ${metric.label}`,
    measured:
      peer === undefined
        ? `${formatSpread(measured!, metric.digits)} ${metric.unit}`.trim()
        : `${formatRatio(measured)} of ${peer.label}`,
    wanted: wanted.join(' and '),
  };
}

/** A verdict in one line. */
export function verdictText({ subject, measured, wanted }: Verdict): string {
  return `${subject} ${measured}; wanted ${wanted}`;
}
