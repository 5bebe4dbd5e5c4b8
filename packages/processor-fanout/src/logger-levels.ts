// SPDX-License-Identifier: Apache-2.0
import { invalidOption, knownOptions } from '@logferry/core';

import { loggerPattern, matchesLogger } from './logger-pattern.ts';
import { type MinimumSeverity, OFF, severityOption } from './severity.ts';

/** A level for the loggers that a pattern matches. */
export interface LoggerLevel {
  /** A logger's name; `*` stands for any characters, `?` for one. */
  readonly name: string;
  readonly minimumSeverity: MinimumSeverity;
}

/** Which loggers (instrumentation scopes, by name) a destination listens to. */
export interface LoggerFilter {
  /** Patterns of names. Default: every logger. */
  readonly include?: readonly string[];
  /** Patterns of names; stronger than `include`. Default: none. */
  readonly exclude?: readonly string[];
  /** Levels that stand in place of the destination's `minimumSeverity`; the first that matches counts. Default: none. */
  readonly levels?: readonly LoggerLevel[];
}

/** The threshold of a logger that is left out. No severity number reaches it. */
export const EXCLUDED = 255;

/** A logger filter, resolved. */
export interface ResolvedLoggers {
  readonly include: readonly string[] | undefined;
  readonly exclude: readonly string[];
  readonly levels: readonly { readonly name: string; readonly minimumSeverity: number }[];
}

/** What decides about severity and logger. */
export interface LoggerLevels {
  readonly minimumSeverity: number;
  readonly loggers: ResolvedLoggers;
}

/** @param path names the option in errors. @throws LogferryError `INVALID_OPTION` */
export function resolveLoggers(path: string, loggers: LoggerFilter = {}): ResolvedLoggers {
  if (typeof loggers !== 'object' || (loggers as unknown) === null) {
    throw invalidOption(path, loggers, 'an object with include, exclude or levels');
  }
  knownOptions(path, loggers, ['include', 'exclude', 'levels']);
  const levels = list(`${path}.levels`, loggers.levels) ?? [];
  return {
    include: patterns(`${path}.include`, loggers.include),
    exclude: patterns(`${path}.exclude`, loggers.exclude) ?? [],
    levels: levels.map((level: LoggerLevel | undefined, index) => {
      const option = `${path}.levels[${index}]`;
      if (level?.minimumSeverity === undefined) throw invalidOption(`${option}.minimumSeverity`, undefined, 'given');
      return {
        name: loggerPattern(`${option}.name`, level.name),
        minimumSeverity: severityOption(`${option}.minimumSeverity`, level.minimumSeverity, 'all'),
      };
    }),
  };
}

/** The least severity number that passes for a logger: 0 all, OFF none, EXCLUDED for one that is left out. */
export function thresholdOf({ minimumSeverity, loggers }: LoggerLevels, logger: string): number {
  const { include, exclude, levels } = loggers;
  const matches = (pattern: string): boolean => matchesLogger(pattern, logger);
  if (include !== undefined && !include.some(matches)) return EXCLUDED;
  if (exclude.some(matches)) return EXCLUDED;
  return levels.find(({ name }) => matches(name))?.minimumSeverity ?? minimumSeverity;
}

/** Whether a severity number passes a threshold; 0 is a record without a severity. */
export function passes(severity: number, threshold: number): boolean {
  return severity >= threshold || (severity === 0 && threshold < OFF);
}

function patterns(option: string, value: readonly string[] | undefined): readonly string[] | undefined {
  return list(option, value)?.map((pattern, index) => loggerPattern(`${option}[${index}]`, pattern));
}

function list<T>(option: string, value: readonly T[] | undefined): readonly T[] | undefined {
  if (value === undefined || Array.isArray(value)) return value;
  throw invalidOption(option, value, 'a list');
}
