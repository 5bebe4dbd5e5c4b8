// SPDX-License-Identifier: Apache-2.0

/** Runs a policy over JSON lines and shows what it finds. What it shows is meant for the eyes of whoever has the file. */
import { sanitizeUntrustedText } from '@logferry/core';

import type { Anonymizer, ExplainedFinding } from '../anonymizer.ts';
import { markChanges } from './mark-changes.ts';

/** How the lines are shown. */
export interface RunPolicyOptions {
  readonly anonymizer: Anonymizer;
  readonly hasColours: boolean;
  /** Whether only the counts are shown, and no value. */
  readonly isQuiet: boolean;
  readonly write: (line: string) => void;
}

const RED = '\u001b[31m';
const GREEN = '\u001b[32m';
const PLAIN = '\u001b[39m';

/** Longer lines are cut where they are shown. */
const SHOWN_UNITS = 2000;

/** @returns counts by entity. */
export async function runPolicy(
  lines: AsyncIterable<string> | Iterable<string>,
  { anonymizer, hasColours, isQuiet, write }: RunPolicyOptions,
): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  const colour = (text: string, code: string): string => (hasColours ? `${code}${text}${PLAIN}` : text);
  let number = 0;
  let changed = 0;
  for await (const line of lines) {
    number += 1;
    if (line.trim() === '') continue;
    const { value, isChanged, entities, findings } = anonymizer.explain(line);
    if (!isChanged) continue;
    changed += 1;
    for (const [entity, count] of Object.entries(entities)) counts.set(entity, (counts.get(entity) ?? 0) + count);
    if (isQuiet) continue;
    write(`${number} ${placesOf(findings)}`);
    const [before, after] = markChanges(
      shown(line),
      shown(typeof value === 'string' ? value : ''),
      (part) => colour(part, RED),
      (part) => colour(part, GREEN),
    );
    write(`- ${before}`);
    write(`+ ${after}`);
  }
  write(`${number} lines, ${changed} changed`);
  for (const [entity, count] of [...counts].toSorted(([, first], [, second]) => second - first))
    write(`${entity} ${count}`);
  return counts;
}

/** What was found where, each once. */
function placesOf(findings: readonly ExplainedFinding[]): string {
  const places = findings.map(({ path, isKey, entity }) => {
    if (isKey) return `${entity} in a key`;
    return path === '' ? entity : `${entity} at ${shown(path)}`;
  });
  return [...new Set(places)].join(', ');
}

/** A file can hold what commands a terminal. */
function shown(text: string): string {
  return sanitizeUntrustedText(text, SHOWN_UNITS);
}
