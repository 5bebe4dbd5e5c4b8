// SPDX-License-Identifier: Apache-2.0
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chartsOf } from './charts.ts';
import { figuresPage } from './figures-page.ts';
import { readmeSection, replaceSection } from './readme-section.ts';
import type { BenchResults } from './results.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const README = join(ROOT, 'README.md');
const CHARTS = 'docs/bench';
const RESULTS = fileURLToPath(new URL('../../results.json', import.meta.url));

/** Writes results.json, the pictures with the page of all figures, and the README's section. Returns what was written, from the repository's root. */
export function writeReport(results: BenchResults): string[] {
  writeFileSync(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  const charts = results.scenarios.flatMap((scenario) => chartsOf(scenario));
  // Pictures of an earlier run that this one does not draw must not stay behind.
  rmSync(join(ROOT, CHARTS), { recursive: true, force: true });
  mkdirSync(join(ROOT, CHARTS), { recursive: true });
  for (const chart of charts) writeFileSync(join(ROOT, CHARTS, chart.fileName), chart.svg);
  writeFileSync(join(ROOT, CHARTS, 'README.md'), `${figuresPage(results)}\n`);
  writeFileSync(README, replaceSection(readFileSync(README, 'utf8'), readmeSection(results, CHARTS)));
  return ['test/bench/results.json', CHARTS, 'README.md'];
}

/**
 * Finds out before a long run whether its section has a place.
 * @throws Error when the README is missing or has no markers.
 */
export function checkReadme(): void {
  replaceSection(readFileSync(README, 'utf8'), '');
}

/** What was measured before, if anything was. */
export function readResults(): BenchResults | undefined {
  return existsSync(RESULTS) ? (JSON.parse(readFileSync(RESULTS, 'utf8')) as BenchResults) : undefined;
}
