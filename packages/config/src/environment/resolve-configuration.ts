// SPDX-License-Identifier: Apache-2.0
import { readSettingsFile, type ReadSettings } from '../file/read-configuration.ts';
import type { LogPipelineOptions } from '../options.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import { configurationError, hasErrors } from '../problems/problem-text.ts';
import { optionSettings } from '../settings/option-settings.ts';
import {
  group,
  type GroupSetting,
  groupOf,
  mergeSettings,
  plainSetting,
  type Setting,
  valueOf,
  type ValueSetting,
  withEntries,
} from '../settings/setting.ts';
import { overDestinations } from './component-variables.ts';
import {
  defaultDestinations,
  everyDestination,
  fileDestination,
  namedDestinations,
  OWN_VARIABLES,
  readEnvironment,
} from './read-environment.ts';
import { VariableReader, type Variables } from './variable.ts';

/** Where a configuration comes from; the earlier wins. */
export interface ConfigurationSources {
  /** What the program says itself. */
  readonly options?: Partial<LogPipelineOptions>;
  /** Default: `process.env`. */
  readonly environment?: Variables;
  /** A file of the declarative configuration. Default: the one that `LOGFERRY_CONFIG_FILE` names, or none. */
  readonly file?: string;
}

/** What a configuration says, all sources together. */
export interface ResolvedConfiguration {
  /** Undefined where there is an error. */
  readonly options: LogPipelineOptions | undefined;
  /** The level of what the SDK and the components say of themselves: a word of `OTEL_LOG_LEVEL`, such as `verbose`. */
  readonly logLevel: string | undefined;
  /** The file that was read. */
  readonly file: string | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** A configuration with the origin of each value. */
export interface ResolvedSettings extends Omit<ResolvedConfiguration, 'options' | 'logLevel'> {
  readonly logLevel: ValueSetting | undefined;
  readonly settings: GroupSetting | undefined;
  /** The variables that components may still read. */
  readonly environment: Variables;
}

/**
 * Puts together what the program, the environment and a file say; the first of them that says something of a value wins.
 * Where `OTEL_CONFIG_FILE` is set the file that it names stands alone, as the specification wants it: variables count only
 * where the file refers to them. Never throws; what is wrong stands in `problems`. The options know how to be read again:
 * `reload()` of a pipeline, and its signal, do it.
 */
export function resolveConfiguration(sources: ConfigurationSources = {}): ResolvedConfiguration {
  const { settings, environment, logLevel: level, ...rest } = resolveSettings(sources);
  const logLevel = level && String(level.value);
  if (settings === undefined) return { ...rest, logLevel, options: undefined };
  const options = plainSetting(settings) as LogPipelineOptions;
  // Everything is read again; what the program has said it has said.
  const reload = { source: () => optionsAgain(sources), ...options.reload };
  return { ...rest, logLevel, options: { environment, ...options, reload } };
}

function optionsAgain(sources: ConfigurationSources): LogPipelineOptions {
  const { options, problems } = resolveConfiguration(sources);
  if (options === undefined) throw configurationError(problems);
  return options;
}

/** As `resolveConfiguration`, with the origin of each value. */
export function resolveSettings(sources: ConfigurationSources): ResolvedSettings {
  const environment = sources.environment ?? process.env;
  const alone = nonEmpty(environment['OTEL_CONFIG_FILE']);
  return alone === undefined ? fromAll(sources, environment) : fromFileAlone(alone, sources, environment);
}

function fromFileAlone(file: string, sources: ConfigurationSources, environment: Variables): ResolvedSettings {
  const read = readSettingsFile(file, { environment });
  // Variables of other kinds, such as those of terminals and proxies, have a say still.
  const others = Object.entries(environment).filter(([name]) => !/^(?:OTEL|LOGFERRY)_/.test(name));
  // Keys stand in variables that the file names.
  const named = read.settings === undefined ? [] : keyVariables(read.settings).map((name) => [name, environment[name]]);
  return finish(read, read.settings, sources, {
    file,
    environment: Object.fromEntries([...others, ...named]) as Variables,
  });
}

function fromAll(sources: ConfigurationSources, environment: Variables): ResolvedSettings {
  const reader = new VariableReader(environment);
  reader.checkNames(Object.keys(OWN_VARIABLES));
  const file = sources.file ?? nonEmpty(environment['LOGFERRY_CONFIG_FILE']);
  const read: ReadSettings =
    file === undefined
      ? { settings: group([], { kind: 'default' }), logLevel: undefined, problems: [] }
      : readSettingsFile(file, { environment });
  const said = readEnvironment(reader);
  const destinations = destinationsOf(sources, file === undefined ? undefined : read.settings, reader);
  const redaction = withOneKeySource(read.settings && groupOf(read.settings, 'redaction'), said);
  const settings =
    read.settings &&
    withEntries(mergeSettings(withEntries(read.settings, { redaction }), said) as GroupSetting, {
      destinations: overDestinations(everyDestination(destinations, reader), reader),
      logLevel: undefined,
    });
  const level = said.entries.get('logLevel');
  const problems = [...reader.problems, ...read.problems];
  const logLevel = level?.kind === 'value' ? level : read.logLevel;
  return finish({ ...read, problems, logLevel }, settings, sources, { file, environment });
}

/** What the program names stands in place of what the environment would add by itself. */
function destinationsOf(
  { options }: ConfigurationSources,
  file: GroupSetting | undefined,
  reader: VariableReader,
): GroupSetting {
  const own = fileDestination(reader);
  const isNamedByOptions = options?.destinations !== undefined;
  const ofFile = file && groupOf(file, 'destinations');
  const named = isNamedByOptions ? undefined : namedDestinations(reader);
  if (named !== undefined && ofFile !== undefined && ofFile.entries.size > 0) {
    reader.problems.push({
      severity: 'warning',
      path: 'OTEL_LOGS_EXPORTER',
      message: 'stands in place of the destinations of the file',
    });
  }
  const isNothingSaid = file === undefined && !isNamedByOptions;
  const base =
    named ??
    ofFile ??
    (isNothingSaid && own === undefined ? defaultDestinations(reader) : group([], { kind: 'default' }));
  return own === undefined ? base : withEntries(base, { 'rotating-file': own });
}

/** A variable of keys stands in place of the other kind of key source of the file. */
function withOneKeySource(redaction: GroupSetting | undefined, said: GroupSetting): GroupSetting | undefined {
  const over = groupOf(said, 'redaction');
  if (redaction === undefined || over === undefined) return redaction;
  const hasKeys = over.entries.has('keysVariable') || over.entries.has('keysFile');
  return hasKeys ? withEntries(redaction, { keysVariable: undefined, keysFile: undefined }) : redaction;
}

function finish(
  read: ReadSettings,
  settings: GroupSetting | undefined,
  { options = {} }: ConfigurationSources,
  rest: Pick<ResolvedSettings, 'file' | 'environment'>,
): ResolvedSettings {
  const { problems } = read;
  const logLevel = read.logLevel && { ...read.logLevel, value: levelOfSeverity(String(read.logLevel.value)) };
  if (settings === undefined || hasErrors(problems)) return { ...rest, settings: undefined, problems, logLevel };
  const over = optionSettings(options) as GroupSetting;
  const merged = mergeSettings(withoutReplaced(settings, over), over) as GroupSetting;
  return { ...rest, settings: merged, problems, logLevel };
}

/** Options of an exporter mean nothing to one of another type, and a whole policy is not changed by parts of another. */
function withoutReplaced(settings: GroupSetting, over: GroupSetting): GroupSetting {
  const entries = [...settings.entries].map(([name, entry]): [string, Setting | undefined] => {
    const above = over.entries.get(name);
    if (entry.kind !== 'group' || above?.kind !== 'group') return [name, entry];
    const isReplaced =
      name === 'policy' ||
      name === 'headers' ||
      (name === 'exporter' && above.entries.has('type') && valueOf(above, 'type') !== valueOf(entry, 'type'));
    return [name, isReplaced ? undefined : withoutReplaced(entry, above)];
  });
  return group(entries, settings.origin);
}

/** A file has severities for it, of which there are more. */
function levelOfSeverity(name: string): string {
  const range = name.replace(/[234]$/, '');
  return { trace: 'verbose', fatal: 'error' }[range] ?? range;
}

function nonEmpty(text: string | undefined): string | undefined {
  const trimmed = text?.trim();
  return trimmed === '' ? undefined : trimmed;
}

/** The variables that hold keys, wherever a redaction names one. */
function keyVariables(setting: Setting): string[] {
  if (setting.kind !== 'group') return [];
  const name = valueOf(setting, 'keysVariable');
  return [...(typeof name === 'string' ? [name] : []), ...[...setting.entries.values()].flatMap(keyVariables)];
}
