// SPDX-License-Identifier: Apache-2.0
import { group, type Origin, type Setting, value } from './setting.ts';

const OPTION: Origin = { kind: 'option' };

/** Names of options that hold secrets, wherever they stand. */
const SECRETS = new Set(['headers', 'proxy', 'keys', 'ca', 'cert', 'key', 'subjectKeys']);

/** Options of a program as settings: plain objects are groups, all else (lists, functions, instances) are values. */
export function optionSettings(options: object, isSecret: boolean = false): Setting {
  const entries = Object.entries(options)
    .filter(([, content]) => content !== undefined)
    .map(([name, content]: [string, unknown]): [string, Setting] => {
      const isHidden = isSecret || SECRETS.has(name);
      return [name, isPlain(content) ? optionSettings(content, isHidden) : value(content, OPTION, isHidden)];
    });
  return group(entries, OPTION);
}

function isPlain(content: unknown): content is object {
  if (typeof content !== 'object' || content === null) return false;
  const prototype: unknown = Object.getPrototypeOf(content);
  return prototype === Object.prototype || prototype === null;
}
