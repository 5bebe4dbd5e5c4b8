// SPDX-License-Identifier: Apache-2.0
import type { ScenarioResult } from '../harness/scenario.ts';
import { formatRatio } from './format.ts';
import { ratioToPeer } from './select.ts';

export interface Verdict {
  readonly kept: boolean;
  readonly text: string;
}

/** Whether each bar of a scenario is kept, by the median of its ratios. */
export function verdicts(scenario: ScenarioResult): Verdict[] {
  return scenario.bars.map((bar) => {
    const result = scenario.cases.find((candidate) => candidate.name === bar.case)!;
    const peer = result.contestants.find((candidate) => candidate.name === bar.peer)!;
    const metric = scenario.metrics.find((candidate) => candidate.key === bar.metric)!;
    const ratio = ratioToPeer(result, peer, metric);
    const median = ratio?.median ?? Number.NaN;
    const wanted = [
      bar.atMost === undefined ? '' : `at most ${bar.atMost}`,
      bar.atLeast === undefined ? '' : `at least ${bar.atLeast}`,
    ].filter((part) => part !== '');
    return {
      kept: median <= (bar.atMost ?? Infinity) && median >= (bar.atLeast ?? -Infinity),
      text: `${result.title}: ${metric.label} ${formatRatio(ratio)} of ${peer.label}; wanted ${wanted.join(' and ')}`,
    };
  });
}
