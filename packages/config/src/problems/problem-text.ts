// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';

import type { ConfigProblem } from './problem.ts';

/** One line: `app.yaml:12:9 logger_provider.processors[0]: must be …; found …; allowed: …; did you mean …?` */
export function problemText(problem: ConfigProblem): string {
  const { path, message, found, allowed, nearest } = problem;
  const place = placeText(problem);
  return [
    `${place === '' ? '' : `${place} `}${path === '' ? '' : `${path}: `}${message}`,
    ...(found === undefined ? [] : [`found ${found}`]),
    ...(allowed === undefined ? [] : [`allowed: ${allowed}`]),
    ...(nearest === undefined ? [] : [`did you mean ${nearest}?`]),
  ].join('; ');
}

/** `app.yaml:12:9`, as terminals and editors link it; empty for what is in no file. */
function placeText({ file, position }: Pick<ConfigProblem, 'file' | 'position'>): string {
  if (file === undefined) return '';
  return position === undefined ? file : `${file}:${position.line}:${position.column}`;
}

export function hasErrors(problems: readonly ConfigProblem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

/** All errors in one, each on a line of its own. Only call it where there is one. */
export function configurationError(problems: readonly ConfigProblem[]): LogferryError {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const count = errors.length === 1 ? 'an error' : `${errors.length} errors`;
  const lines = errors.map((problem) => `  ${problemText(problem)}`);
  return new LogferryError('INVALID_OPTION', [`the configuration has ${count}:`, ...lines].join('\n'));
}
