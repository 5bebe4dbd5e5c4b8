// SPDX-License-Identifier: Apache-2.0
import { diag, DiagLogLevel } from '@opentelemetry/api';

import { type ConfigurationSources, resolveSettings } from '../environment/resolve-configuration.ts';
import type { DestinationOptions, LogPipelineOptions } from '../options.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import { hasErrors, problemText } from '../problems/problem-text.ts';
import { type GroupSetting, groupOf, plainSetting, type Setting } from '../settings/setting.ts';
import { buildProblems } from './build-check.ts';
import { fact, type Fact, filterFact, loggersFact, queueFact, redactionFact } from './destination-facts.ts';
import { exporterFacts, type FactOptions } from './exporter-facts.ts';
import { type Paint, shown } from './paint.ts';

export interface CheckOptions {
  readonly isConnecting: boolean;
  readonly paint: Paint;
  readonly write: (line: string) => void;
  readonly nowMillis: number;
}

/** Says what is wrong with a configuration, and what would run. @returns whether all is right. */
export async function check(sources: ConfigurationSources, options: CheckOptions): Promise<boolean> {
  const { paint, write } = options;
  const { settings, environment, problems, file } = resolveSettings(sources);
  const name = shown(file ?? 'the environment');
  for (const problem of problems) write(problemLine(problem, paint));
  if (settings === undefined || hasErrors(problems)) {
    const count = problems.filter(({ severity }) => severity === 'error').length;
    write(paint.bad(`${name} has ${count === 1 ? 'an error' : `${count} errors`}; nothing of it would run`));
    return false;
  }
  const pipeline: LogPipelineOptions = { environment, ...(plainSetting(settings) as LogPipelineOptions) };
  const said = new Set<string>();
  const built = await listening(said, () => buildProblems(pipeline));
  for (const message of said) write(`${paint.doubtful('warning')} ${shown(message)}`);
  const blocks = [block(undefined, pipelineFacts(pipeline, built.get('')))];
  for (const [destination, given] of Object.entries(pipeline.destinations)) {
    const facts = await destinationFacts(settings, destination, given, options);
    blocks.push(block(destination, withProblem(facts, built.get(destination))));
  }
  const hidden = hiddenTexts(settings);
  let isRight = true;
  for (const { title, facts } of blocks) {
    if (title !== undefined) write('');
    if (title !== undefined) write(paint.strong(`destination ${shown(title)}`));
    for (const { name: label, words, state } of facts) {
      const colour = (text: string): string => (state === 'plain' ? text : paint[state](text));
      const sign = { plain: ' ', good: ' ', doubtful: '!', bad: '✗' }[state];
      write(`${colour(sign)} ${paint.faint(label.padEnd(LABEL_WIDTH))} ${colour(withoutHidden(words, hidden))}`);
      isRight &&= state !== 'bad';
    }
  }
  write('');
  write(isRight ? paint.good(`${name} is right`) : paint.bad(`${name} can not run as it is`));
  return isRight;
}

/** Hears what components warn of while they are made, such as of a variable that they ignore: otherwise nobody would. */
async function listening<T>(said: Set<string>, work: () => Promise<T>): Promise<T> {
  const hear = (message: string): void => void said.add(message);
  const ignore = (): void => {};
  const logger = { error: hear, warn: hear, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
  try {
    return await work();
  } finally {
    diag.disable();
  }
}

const LABEL_WIDTH = 12;

/** Shorter ones are in words by chance. */
const LEAST_HIDDEN_LENGTH = 3;

/** What may not be shown: a component that refuses a value quotes it. */
function hiddenTexts(setting: Setting): readonly string[] {
  if (setting.kind === 'list') return setting.items.flatMap(hiddenTexts);
  if (setting.kind === 'group') return [...setting.entries.values()].flatMap(hiddenTexts);
  const { isHidden, value } = setting;
  return isHidden && typeof value === 'string' && value.length >= LEAST_HIDDEN_LENGTH ? [shown(value), value] : [];
}

function withoutHidden(words: string, hidden: readonly string[]): string {
  return hidden.reduce((text, secret) => text.replaceAll(secret, '(hidden)'), words);
}

function block(
  title: string | undefined,
  facts: readonly Fact[],
): { readonly title: string | undefined; readonly facts: readonly Fact[] } {
  return { title, facts };
}

function problemLine(problem: ConfigProblem, paint: Paint): string {
  const label = problem.severity === 'error' ? paint.bad('error') : paint.doubtful('warning');
  return `${label} ${problemText(problem)}`;
}

function pipelineFacts(pipeline: LogPipelineOptions, problem: string | undefined): readonly Fact[] {
  const { disabled, redaction, loggers, flushOn = [], destinations } = pipeline;
  const count = Object.keys(destinations).length;
  const facts = [
    ...(disabled === true ? [fact('disabled', 'nothing is logged', 'doubtful')] : []),
    ...(count === 0 ? [fact('destinations', 'none: nothing is logged', 'doubtful')] : []),
    ...(redaction === undefined ? [] : [redactionFact(redaction)]),
    ...(loggers === undefined ? [] : [loggersFact(loggers)]),
    ...(flushOn.length === 0 ? [] : [fact('flushes on', flushOn.join(', '))]),
    ...(pipeline.reload?.signal === undefined ? [] : [fact('reloads on', pipeline.reload.signal)]),
  ];
  return withProblem(facts, problem);
}

async function destinationFacts(
  settings: GroupSetting,
  name: string,
  destination: DestinationOptions,
  options: FactOptions,
): Promise<readonly Fact[]> {
  const destinations = groupOf(settings, 'destinations');
  const exporter = destinations && groupOf(groupOf(destinations, name) ?? destinations, 'exporter');
  const { worker, redaction } = destination;
  return [
    ...(exporter === undefined ? [] : await exporterFacts(exporter, options)),
    filterFact(destination),
    ...(redaction === undefined ? [] : [redactionFact(redaction)]),
    queueFact(destination),
    ...(worker === undefined || worker === false ? [] : [fact('worker', 'the exporter runs in a thread of its own')]),
  ];
}

function withProblem(facts: readonly Fact[], problem: string | undefined): readonly Fact[] {
  return problem === undefined ? facts : [...facts, fact('problem', shown(problem), 'bad')];
}
