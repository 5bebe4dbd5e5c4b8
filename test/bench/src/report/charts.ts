// SPDX-License-Identifier: Apache-2.0
import type { Metric, ScenarioResult } from '../harness/scenario.ts';
import { spread } from '../harness/statistics.ts';
import { barChart } from './bar-chart.ts';
import { metricsShown, values } from './select.ts';

export interface Chart {
  readonly fileName: string;
  /** What it shows. */
  readonly title: string;
  readonly svg: string;
}

/** At most this many charts of a scenario: those of its first metrics, which are its main ones. */
const CHARTS_PER_SCENARIO = 2;

/** One bar chart for each of the scenario's main metrics. */
export function chartsOf(scenario: ScenarioResult): Chart[] {
  return metricsShown(scenario, 'ratio')
    .slice(0, CHARTS_PER_SCENARIO)
    .map((metric) => chartOf(scenario, metric));
}

function chartOf(scenario: ScenarioResult, metric: Metric): Chart {
  const unit = metric.unit === '' ? '' : `, ${metric.unit}`;
  const title = `${scenario.title}: ${metric.label}${unit} (${metric.better === 'lower' ? 'less' : 'more'} is better)`;
  const groups = scenario.cases.map((result) => ({
    title: scenario.cases.length > 1 ? result.title : '',
    bars: result.contestants.map((contestant, index) => ({
      label: contestant.label,
      value: spread(values(contestant, metric)),
      ours: index === 0,
    })),
  }));
  return {
    fileName: `${scenario.name}-${metric.key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.svg`,
    title,
    svg: barChart({ title, digits: metric.digits, groups }),
  };
}
