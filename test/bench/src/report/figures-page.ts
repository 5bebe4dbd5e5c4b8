// SPDX-License-Identifier: Apache-2.0
import { chartsOf } from './charts.ts';
import { figureTable, settingsList } from './figure-table.ts';
import { machineText } from './machine-text.ts';
import { ratioTable } from './ratio-table.ts';
import type { BenchResults } from './results.ts';

/** The page beside the pictures: every ratio and figure, and what each contestant ran with. */
export function figuresPage(results: BenchResults): string {
  return [
    '# What was measured',
    '`pnpm bench` writes this page. [How it is measured](../../test/bench/README.md), what each column means and what the contestants do.',
    'Ratios are Logferry ÷ peer, run by run in the same round: the median, and in brackets the least and the most.',
    machineText(results),
    ...results.scenarios.flatMap((scenario) => [
      `## ${scenario.title}`,
      `${scenario.about} Measured on ${scenario.date}.`,
      ratioTable(scenario),
      ...chartsOf(scenario).map((chart) => `![${chart.title}](${chart.fileName})`),
      figureTable(scenario),
      settingsList(scenario),
    ]),
  ].join('\n\n');
}
