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
import { withScenario } from './report/results.ts';
import { verdicts, verdictText } from './report/verdicts.ts';
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
  if (command.write) checkReadme();
  const progress = new Progress();
  for (const scenario of SCENARIOS.filter(({ name }) => all || command.scenarios.includes(name))) {
    progress.heading(scenario.name);
    const result = await scenario.measure(command.scale, progress);
    if (command.scale === 'full') {
      for (const verdict of verdicts(result)) progress.verdict(verdict.kept, verdictText(verdict));
    }
    if (command.write) progress.note(`wrote ${write(result).join(', ')}`);
  }
  if (command.scale === 'short') {
    progress.note('every scenario ran and delivered everything; these figures are of a short run and mean nothing');
  }
}

/** Scenarios that were measured before on the same machine stay, so that a run that is cut off loses one scenario. */
function write(result: ScenarioResult): string[] {
  const date = new Date().toISOString().slice(0, 10);
  const names = SCENARIOS.map(({ name }) => name);
  return writeReport(withScenario(readResults(), describeMachine(), { ...result, date }, names));
}

function report(): string[] {
  const results = readResults();
  if (results === undefined) throw new Error('there is no results.json: nothing was measured yet');
  return writeReport(results);
}

async function run(command: Command): Promise<void> {
  switch (command.kind) {
    case 'help':
      console.log(USAGE);
      break;
    case 'report':
      console.log(`wrote ${report().join(', ')}`);
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
