// SPDX-License-Identifier: Apache-2.0
import type { ScenarioResult } from '../harness/scenario.ts';
import { formatRatio } from './format.ts';
import { markdownTable } from './markdown-table.ts';
import { comparedMetrics, peersOf, ratioToPeer } from './select.ts';

/** Logferry ÷ peer for each case, peer and metric of a scenario. */
export function ratioTable(scenario: ScenarioResult): string {
  const metrics = comparedMetrics(scenario);
  const rows = scenario.cases.flatMap((result) =>
    peersOf(result).map((peer) => [
      `${scenario.cases.length > 1 ? `${result.title}: ` : ''}Logferry ÷ ${peer.label}`,
      ...metrics.map((metric) => formatRatio(ratioToPeer(result, peer, metric))),
    ]),
  );
  return markdownTable(
    ['', ...metrics.map((metric) => `${metric.label} (${metric.better === 'lower' ? 'less' : 'more'} is better)`)],
    rows,
  );
}
