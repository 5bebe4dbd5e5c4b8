// SPDX-License-Identifier: Apache-2.0

/** Detectors of an application: a pattern whose time is known to be linear, or a function. */
import { invalidOption, LogferryError } from '@logferry/core';

import { BUDGET_LABEL, isEntityName } from '../entities.ts';
import { hasNearWord, type OwnContext } from './context.ts';
import { stepsOfPattern } from './linear-pattern.ts';
import type { PatternBudget } from './pattern-budget.ts';
import { note, type Scan } from './scan-input.ts';

/** A detector of an application. Give a `pattern` or `find`. */
export interface DetectorOptions {
  /** The name of the entity, in lower case with `_`, such as `employee_id`. */
  readonly entity: string;
  /**
   * What to find. Every quantifier needs a bound (`\d{1,20}`, not `\d+`), and there are no back references and no
   * look-behind: so each start costs a fixed number of steps. Flags: `i` and `u` are kept.
   */
  readonly pattern?: RegExp;
  /** Says whether a match is one: a checksum, say. What it throws redacts the whole text. */
  readonly validate?: (match: string) => boolean;
  /** Words of which one must stand near a match, or in the key of the value. */
  readonly context?: readonly string[];
  /** Finds ranges by itself, in UTF-16 units. Its time is up to it. What it throws redacts the whole text. */
  readonly find?: (text: string) => Iterable<readonly [start: number, end: number]>;
}

/** Steps that a pattern may take for each start. */
const MAX_STEPS = 4096;

export interface UserDetector {
  readonly entity: string;
  /** Words of a key that are context for it; see `keyContext`. */
  readonly context: OwnContext | undefined;
  find(scan: Scan): void;
}

/** @throws LogferryError `INVALID_OPTION` with the reason. */
export function userDetector(options: DetectorOptions, option: string, budget: PatternBudget): UserDetector {
  const { entity, pattern, find, validate } = options;
  if (typeof entity !== 'string' || !/^[a-z][a-z\d_]{1,39}$/.test(entity) || isEntityName(entity)) {
    throw invalidOption(`${option}.entity`, entity, 'a new name of 2 to 40 characters from a-z, 0-9 and _');
  }
  if ((pattern === undefined) === (find === undefined)) {
    throw new LogferryError('INVALID_OPTION', `${option} must have either a pattern or a find function`);
  }
  if (find !== undefined) return { entity, context: undefined, find: (scan) => findWith(scan, entity, find) };
  if (!(pattern instanceof RegExp)) throw invalidOption(`${option}.pattern`, pattern, 'a RegExp');
  const steps = stepsOfPattern(pattern);
  if (typeof steps === 'string') throw new LogferryError('INVALID_OPTION', `${option}.pattern is refused: ${steps}`);
  if (steps > MAX_STEPS) {
    throw new LogferryError(
      'INVALID_OPTION',
      `${option}.pattern is refused: it can take ${steps} steps for each start, and at most ${MAX_STEPS} are allowed`,
    );
  }
  // Two detectors can find one entity, each with its own words. No entity is called like an option.
  const context =
    options.context === undefined
      ? undefined
      : { name: option, words: new Set(options.context.map((word) => word.toLowerCase())) };
  const flags = pattern.flags.replace(/[^imsu]/g, '');
  const global = new RegExp(pattern.source, `${flags}g`);
  return {
    entity,
    context,
    find(scan) {
      const isNamed = context === undefined || scan.context.has(context.name);
      const text = textWithin(budget, scan, steps);
      for (const match of text.matchAll(global)) {
        const start = match.index;
        const end = start + match[0].length;
        if (end === start) continue;
        if (!isNamed && !hasNearWord(context.words, text, start, end)) continue;
        if (validate === undefined || validate(match[0])) note(scan, entity, start, end);
      }
    },
  };
}

/** As much of the text as the budget allows for; the rest is redacted unseen. */
function textWithin(budget: PatternBudget, { text, findings }: Scan, steps: number): string {
  const units = Math.floor(Math.max(budget.stepsLeft, 0) / steps);
  budget.stepsLeft -= text.length * steps;
  if (units >= text.length) return text;
  findings.push({ start: units, end: text.length, entity: BUDGET_LABEL });
  return text.slice(0, units);
}

function findWith(scan: Scan, entity: string, find: NonNullable<DetectorOptions['find']>): void {
  const { length } = scan.text;
  for (const [start, end] of find(scan.text)) {
    if (!Number.isInteger(start) || !Number.isInteger(end) || start < 0 || end > length || start >= end) {
      throw new RangeError('a detector gave a range outside of the text');
    }
    note(scan, entity, start, end);
  }
}
