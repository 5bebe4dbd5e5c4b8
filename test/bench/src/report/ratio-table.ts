// SPDX-License-Identifier: Apache-2.0
import type { CaseResult, ContestantResult, Metric, ScenarioResult } from '../harness/scenario.ts';
import { spread } from '../harness/statistics.ts';
import { formatRatio, formatSpread } from './format.ts';
import { markdownTable } from './markdown-table.ts';
import { metricsShown, peersOf, ratioToPeer, values } from './select.ts';

/** Logferry beside each peer of each case: ratios, then what is shown side by side. */
export function ratioTable(scenario: ScenarioResult): string {
  const ratios = metricsShown(scenario, 'ratio');
  const pairs = metricsShown(scenario, 'side by side');
  const rows = scenario.cases.flatMap((result) =>
    peersOf(result).map((peer) => [
      `${scenario.cases.length > 1 ? `${result.title}: ` : ''}Logferry ÷ ${peer.label}`,
      ...ratios.map((metric) => formatRatio(ratioToPeer(result, peer, metric))),
      ...pairs.map((metric) => sideBySide(result, peer, metric)),
    ]),
  );
  const columns = [
    ...ratios.map((metric) => `${metric.label} (${metric.better === 'lower' ? 'less' : 'more'} is better)`),
    ...pairs.map((metric) => `${metric.label}${metric.unit === '' ? '' : `, ${metric.unit}`}: Logferry and peer`),
  ];
  return markdownTable(['', ...columns], rows);
}

function sideBySide(result: CaseResult, peer: ContestantResult, metric: Metric): string {
  return [result.contestants[0]!, peer]
    .map((contestant) => formatSpread(spread(values(contestant, metric)), metric.digits))
    .join(' and ');
}
