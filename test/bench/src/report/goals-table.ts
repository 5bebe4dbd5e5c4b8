// SPDX-License-Identifier: Apache-2.0
import type { ScenarioResult } from '../harness/scenario.ts';
import { formatRatio } from './format.ts';
import { markdownTable } from './markdown-table.ts';
import { metricsShown, peersOf, ratioToPeer } from './select.ts';
import { verdicts } from './verdicts.ts';

/** The goals of a scenario, and what was measured. A scenario without a goal shows its main metric beside each peer. */
export function goalsTable(scenario: ScenarioResult): string {
  const goals = verdicts(scenario).map(({ kept, subject, measured, wanted }) => [
    subject,
    measured,
    wanted,
    kept ? 'kept' : '**missed**',
  ]);
  const metric = metricsShown(scenario, 'ratio')[0];
  if (goals.length > 0 || metric === undefined) return markdownTable(['', 'measured', 'wanted', ''], goals);
  const rows = scenario.cases.flatMap((result) =>
    peersOf(result).map((peer) => [
      `${result.title}: ${metric.label}`,
      `${formatRatio(ratioToPeer(result, peer, metric))} of ${peer.label}`,
    ]),
  );
  return markdownTable(['', 'measured'], rows);
}
