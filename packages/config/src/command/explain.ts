// SPDX-License-Identifier: Apache-2.0
import { type ConfigurationSources, resolveSettings } from '../environment/resolve-configuration.ts';
import { hasErrors, problemText } from '../problems/problem-text.ts';
import {
  type GroupSetting,
  type ListSetting,
  type Origin,
  type Setting,
  type ValueSetting,
} from '../settings/setting.ts';
import { NO_KEYS, type OptionKeys, pipelineKeys } from './option-keys.ts';
import { type Paint, shown } from './paint.ts';

export interface ExplainOptions {
  readonly paint: Paint;
  readonly write: (line: string) => void;
}

/** Writes each effective value and where it comes from. @returns whether there is a configuration. */
export function explain(sources: ConfigurationSources, { paint, write }: ExplainOptions): boolean {
  const { settings, problems, logLevel } = resolveSettings(sources);
  for (const problem of problems) {
    const label = problem.severity === 'error' ? paint.bad('error') : paint.doubtful('warning');
    write(`${label} ${problemText(problem)}`);
  }
  if (settings === undefined || hasErrors(problems)) return false;
  const line = (path: string, content: string, origin: string): void =>
    write(`${shown(path)} = ${content} ${paint.faint(`# ${origin}`)}`);
  writeGroup(settings, pipelineKeys(), '', line);
  if (logLevel === undefined) line('logLevel', 'warn', 'default');
  else writeSetting(logLevel, NO_KEYS, 'logLevel', line);
  return true;
}

type Line = (path: string, content: string, origin: string) => void;

function writeGroup(setting: GroupSetting | undefined, keys: OptionKeys, path: string, line: Line): void {
  const given = setting?.entries ?? new Map<string, Setting>();
  // In the order of the options, what has none of them behind.
  const names = new Set([...Object.keys(keys.options).filter((name) => given.has(name)), ...given.keys()]);
  for (const name of names) writeSetting(given.get(name)!, keys.below(name, given.get(name)), join(path, name), line);
  for (const [name, key] of Object.entries(keys.options)) {
    if (given.has(name)) continue;
    if (key.default !== undefined) line(join(path, name), shown(key.default), 'default');
    else if (key.shape.kind === 'section') writeGroup(undefined, keys.below(name, undefined), join(path, name), line);
  }
}

function writeSetting(setting: Setting, keys: OptionKeys, path: string, line: Line): void {
  if (setting.kind === 'group') writeGroup(setting, keys, path, line);
  else if (setting.kind === 'value') line(path, valueWords(setting), originWords(setting.origin));
  else writeList(setting, keys, path, line);
}

function writeList({ items, origin }: ListSetting, keys: OptionKeys, path: string, line: Line): void {
  const values = items.filter((item): item is ValueSetting => item.kind === 'value');
  if (values.length === items.length) {
    line(path, `[${values.map(valueWords).join(', ')}]`, originWords(origin));
    return;
  }
  for (const [index, item] of items.entries()) writeSetting(item, keys, `${path}[${index}]`, line);
}

function valueWords({ value, readByComponent, isHidden }: ValueSetting): string {
  return isHidden ? '(hidden)' : shown(readByComponent ?? value);
}

function originWords(origin: Origin): string {
  switch (origin.kind) {
    case 'default':
      return 'default';
    case 'option':
      return 'option';
    case 'variable':
      return origin.name;
    default: {
      const place = `${shown(origin.file)}:${origin.position.line}`;
      return [place, ...origin.variables].join(' with ');
    }
  }
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
