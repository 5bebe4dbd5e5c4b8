// SPDX-License-Identifier: Apache-2.0
import { chartsOf } from './charts.ts';
import { goalsTable } from './goals-table.ts';
import { machineText } from './machine-text.ts';
import type { BenchResults } from './results.ts';

export const START_MARKER = '<!-- bench:start -->';
export const END_MARKER = '<!-- bench:end -->';

/** What stands between the markers: goals and what was measured, a picture of each scenario, the machine. @param folder where the pictures and the page of figures are, from the README. */
export function readmeSection(results: BenchResults, folder: string): string {
  return [
    'What was wanted, and what was measured: Logferry ÷ peer, run by run in the same round, the median, and in brackets the least and the most.',
    ...results.scenarios.flatMap((scenario) => [
      `**${scenario.title}**`,
      goalsTable(scenario),
      ...chartsOf(scenario)
        .slice(0, 1)
        .map((chart) => `![${chart.title}](${folder}/${chart.fileName})`),
    ]),
    `${machineText(results)} [All peers, ratios and figures, and what each ran with](${folder}/README.md).`,
  ].join('\n\n');
}

/**
 * The README with the section between its markers replaced.
 * @throws Error when the markers are missing or stand in the wrong order.
 */
export function replaceSection(readme: string, section: string): string {
  const start = readme.indexOf(START_MARKER);
  const end = readme.indexOf(END_MARKER);
  if (start < 0 || end < start) throw new Error(`the README needs ${START_MARKER} and, below it, ${END_MARKER}`);
  return `${readme.slice(0, start + START_MARKER.length)}\n\n${section}\n\n${readme.slice(end)}`;
}
