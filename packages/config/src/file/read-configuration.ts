// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs';

import type { LogPipelineOptions } from '../options.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import { hasErrors } from '../problems/problem-text.ts';
import { FILE } from '../schema/file-schema.ts';
import { type GroupSetting, plainSetting, type ValueSetting, withEntries } from '../settings/setting.ts';
import { checkFileFormat } from './file-format.ts';
import { parseSource } from './parse-source.ts';
import { ShapeReader } from './shape-reader.ts';

/** How a file is read. */
export interface ReadConfigurationOptions {
  /** What references such as `${NAME}` stand for. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** What a file says. */
export interface ReadConfiguration {
  /** Undefined where there is an error: nothing of a file with an error is used. */
  readonly options: LogPipelineOptions | undefined;
  /** The level of what the SDK and the components say of themselves, such as `info` or `debug2`. */
  readonly logLevel: string | undefined;
  readonly problems: readonly ConfigProblem[];
}

/** What a file says, with the place of each value. */
export interface ReadSettings {
  readonly settings: GroupSetting | undefined;
  readonly logLevel: ValueSetting | undefined;
  readonly problems: readonly ConfigProblem[];
}

/**
 * Reads a file of the declarative configuration: YAML, or JSON where the name ends in `.json`. It never throws: what is wrong
 * with the file, all of it, stands in `problems`.
 */
export function readConfigurationFile(path: string, options: ReadConfigurationOptions = {}): ReadConfiguration {
  return asOptions(readSettingsFile(path, options));
}

/** As `readConfigurationFile`, for a text. @param name of the file in problems; its end tells the format. */
export function readConfiguration(
  text: string,
  name: string,
  options: ReadConfigurationOptions = {},
): ReadConfiguration {
  return asOptions(readSettings(text, name, options));
}

/** As `readConfigurationFile`, with the place of each value. */
export function readSettingsFile(path: string, options: ReadConfigurationOptions): ReadSettings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    return failed([{ severity: 'error', file: path, path: '', message: `can not be read: ${code}` }]);
  }
  return readSettings(text, path, options);
}

function readSettings(
  text: string,
  name: string,
  { environment = process.env }: ReadConfigurationOptions,
): ReadSettings {
  const format = name.toLowerCase().endsWith('.json') ? 'json' : 'yaml';
  const { root, problems } = parseSource(text.replace(/^\uFEFF/, ''), { file: name, format, variables: environment });
  if (root === undefined && !hasErrors(problems)) {
    return failed([{ severity: 'error', file: name, path: '', message: 'is empty' }]);
  }
  if (root === undefined) return failed(problems);
  const version = checkFileFormat(root, name);
  // What the names of another major version mean is not known: one error says it better than many.
  if (version?.severity === 'error') return failed([...problems, version]);
  const reader = new ShapeReader(name, environment);
  const read = reader.read(root, FILE);
  const all = inOrder([...problems, ...(version === undefined ? [] : [version]), ...reader.problems]);
  if (hasErrors(all) || read?.kind !== 'group') return failed(all);
  const level = read.entries.get('logLevel');
  return {
    settings: withEntries(read, { logLevel: undefined }),
    logLevel: level?.kind === 'value' ? level : undefined,
    problems: all,
  };
}

function asOptions({ settings, logLevel, problems }: ReadSettings): ReadConfiguration {
  const options = settings && (plainSetting(settings) as LogPipelineOptions);
  return { options, logLevel: logLevel && String(logLevel.value), problems };
}

function failed(problems: readonly ConfigProblem[]): ReadSettings {
  return { settings: undefined, logLevel: undefined, problems };
}

function inOrder(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const at = ({ position }: ConfigProblem): number => (position?.line ?? 0) * 1e6 + (position?.column ?? 0);
  return problems.toSorted((a, b) => at(a) - at(b));
}
