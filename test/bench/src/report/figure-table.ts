// SPDX-License-Identifier: Apache-2.0
import type { ScenarioResult } from '../harness/scenario.ts';
import { spread } from '../harness/statistics.ts';
import { formatSpread } from './format.ts';
import { markdownTable } from './markdown-table.ts';
import { values } from './select.ts';

/** Every figure of a scenario: medians with their bounds. */
export function figureTable(scenario: ScenarioResult): string {
  const rows = scenario.cases.flatMap((result) =>
    result.contestants.map((contestant) => [
      `${scenario.cases.length > 1 ? `${result.title}: ` : ''}${contestant.label}`,
      ...scenario.metrics.map((metric) => formatSpread(spread(values(contestant, metric)), metric.digits)),
    ]),
  );
  const columns = scenario.metrics.map((metric) => metric.label + (metric.unit === '' ? '' : `, ${metric.unit}`));
  return markdownTable(['', ...columns], rows);
}

/** What each contestant ran with, as a list. */
export function settingsList(scenario: ScenarioResult): string {
  const lines = scenario.cases.flatMap((result) =>
    result.contestants.map(({ label, settings }) => `- ${label}: ${settings}.`),
  );
  return [...new Set(lines)].join('\n');
}
