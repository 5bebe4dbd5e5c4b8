// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, readFileSync } from 'node:fs';
import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Scenario } from '../harness/scenario.ts';
import { formatSummary, summariseProfile } from './summarise-profile.ts';

const DIRECTORY = fileURLToPath(new URL('../../.reports/profiles', import.meta.url));

const ROWS = 30;

/**
 * Profiles one contestant and says where its time went.
 * @param target `SCENARIO`, for its first contestant, or `SCENARIO/CASE/CONTESTANT`.
 * @throws RangeError when there is no such thing; the message lists what there is.
 */
export async function profileContestant(scenarios: readonly Scenario[], target: string): Promise<string> {
  const known = scenarios.flatMap((scenario) => scenario.profiles.map((name) => `${scenario.name}/${name}`));
  const found = known.find((name) => name === target || name.startsWith(`${target}/`));
  if (found === undefined)
    throw new RangeError(`nothing to profile is called ${target}; there are:\n${known.join('\n')}`);
  const [scenarioName, caseName, contestant] = found.split('/') as [string, string, string];
  const scenario = scenarios.find((candidate) => candidate.name === scenarioName)!;
  mkdirSync(DIRECTORY, { recursive: true });
  const path = join(DIRECTORY, `${found.replaceAll('/', '-')}.cpuprofile`);
  const { records } = await scenario.profile(path, caseName, contestant);
  const summary = summariseProfile(JSON.parse(readFileSync(path, 'utf8')) as Profiler.Profile);
  return `${found}: ${path}\n\n${formatSummary(summary, records, ROWS)}`;
}
