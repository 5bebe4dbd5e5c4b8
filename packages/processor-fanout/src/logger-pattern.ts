// SPDX-License-Identifier: Apache-2.0
import { invalidOption } from '@logferry/core';

/** Longer ones are a mistake, and comparing takes time that grows with the product of both lengths. */
const MAX_PATTERN_LENGTH = 256;

const STAR = 42;
const QUESTION = 63;

/** @throws LogferryError `INVALID_OPTION` */
export function loggerPattern(option: string, pattern: unknown): string {
  if (typeof pattern === 'string' && pattern !== '' && pattern.length <= MAX_PATTERN_LENGTH) return pattern;
  throw invalidOption(
    option,
    pattern,
    `a name of 1 to ${MAX_PATTERN_LENGTH} characters, in which * and ? are wildcards`,
  );
}

/**
 * Whether a logger's name matches a pattern in which `*` stands for any number of characters and `?` for one; upper and
 * lower case differ. After a mismatch only the last `*` is tried again, so nothing grows exponentially.
 */
export function matchesLogger(pattern: string, name: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let afterStar = 0;
  while (at < name.length) {
    const code = pattern.charCodeAt(next);
    if (code === STAR) {
      star = next;
      afterStar = at;
      next += 1;
    } else if (code === QUESTION || code === name.charCodeAt(at)) {
      next += 1;
      at += 1;
    } else if (star >= 0) {
      afterStar += 1;
      at = afterStar;
      next = star + 1;
    } else {
      return false;
    }
  }
  while (pattern.charCodeAt(next) === STAR) next += 1;
  return next === pattern.length;
}
