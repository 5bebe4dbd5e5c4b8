// SPDX-License-Identifier: Apache-2.0

/** Every scenario beside its peers; see command-line.ts for what it takes. */
import { anonymizeScenario } from './anonymize/scenario.ts';
import { bridgesScenario } from './bridges/scenario.ts';
import { type Command, parseCommandLine, USAGE } from './command-line.ts';
import { encodeScenario } from './encode/scenario.ts';
import { fileScenario } from './file/scenario.ts';
import { grpcScenario } from './grpc/scenario.ts';
import { describeMachine } from './harness/machine.ts';
import { Progress } from './harness/progress.ts';
import type { Scenario, ScenarioResult } from './harness/scenario.ts';
import { profileContestant } from './profile/profile-contestant.ts';
import { verdicts } from './report/verdicts.ts';
import { checkReadme, readResults, writeReport } from './report/write-report.ts';
import { levelsScenario } from './levels/scenario.ts';
import { workerScenario } from './worker/scenario.ts';

const SCENARIOS: readonly Scenario[] = [
  encodeScenario,
  grpcScenario,
  fileScenario,
  workerScenario,
  anonymizeScenario,
  bridgesScenario,
  levelsScenario,
];

async function measure(command: Extract<Command, { kind: 'measure' }>): Promise<void> {
  const unknown = command.scenarios.filter((name) => !SCENARIOS.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    throw new RangeError(
      `no scenario ${unknown.join(', ')}; there are ${SCENARIOS.map(({ name }) => name).join(', ')}`,
    );
  }
  const all = command.scenarios.length === 0;
  if (all && command.scale === 'full') checkReadme();
  const progress = new Progress();
  const results: ScenarioResult[] = [];
  for (const scenario of SCENARIOS.filter(({ name }) => all || command.scenarios.includes(name))) {
    progress.heading(scenario.name);
    const result = await scenario.measure(command.scale, progress);
    if (command.scale === 'full') {
      for (const { kept, text } of verdicts(result)) progress.verdict(kept, text);
    }
    results.push(result);
  }
  if (command.scale === 'short') {
    progress.note('every scenario ran and delivered everything; these figures are of a short run and mean nothing');
  } else if (all) {
    const written = writeReport({ machine: describeMachine(), scenarios: results });
    progress.note(`wrote ${written.join(', ')}`);
  }
}

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'help':
      console.log(USAGE);
      break;
    case 'report':
      console.log(`wrote ${writeReport(readResults()).join(', ')}`);
      break;
    case 'profile':
      console.log(await profileContestant(SCENARIOS, command.target));
      break;
    case 'measure':
      await measure(command);
  }
}

try {
  await run(parseCommandLine(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
