// SPDX-License-Identifier: Apache-2.0
import { chartsOf } from './charts.ts';
import { figureTable, settingsList } from './figure-table.ts';
import { ratioTable } from './ratio-table.ts';
import type { BenchResults } from './results.ts';

export const START_MARKER = '<!-- bench:start -->';
export const END_MARKER = '<!-- bench:end -->';

/** What stands between the markers: ratios, pictures, figures, machine. @param chartsPath where the SVG files are, from the README. */
export function readmeSection(results: BenchResults, chartsPath: string): string {
  const { machine, scenarios } = results;
  return [
    'Ratios are Logferry ÷ peer, run by run in the same round: the median, and in brackets the least and the most.',
    ...scenarios.flatMap((scenario) => [
      `**${scenario.title}**`,
      ratioTable(scenario),
      ...chartsOf(scenario).map((chart) => `![${chart.title}](${chartsPath}/${chart.fileName})`),
    ]),
    '<details>\n<summary>The figures, and what each contestant ran with</summary>',
    ...scenarios.flatMap((scenario) => [
      `**${scenario.title}**. ${scenario.about}`,
      figureTable(scenario),
      settingsList(scenario),
    ]),
    '</details>',
    `Measured on ${machine.date}: ${machine.cpu}, ${machine.cores} cores, ${machine.memoryGib} GiB, ${machine.platform}, ` +
      `Node ${machine.node}. Figures of another machine differ; the ratios should not differ much. ` +
      'Medians, with the least and the most in brackets. `pnpm bench` measures again and rewrites this section.',
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
