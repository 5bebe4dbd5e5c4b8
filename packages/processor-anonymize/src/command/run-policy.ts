// SPDX-License-Identifier: Apache-2.0

/** Runs a policy over JSON lines and shows what it finds. What it shows is meant for the eyes of whoever has the file. */
import { sanitizeUntrustedText } from '@logferry/core';

import type { Anonymizer, ExplainedRange } from '../anonymizer.ts';

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

const LABEL = /\[[A-Z][A-Z\d_:]{0,40}\]/g;

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
    const { value, isChanged, entities, ranges } = anonymizer.explain(line);
    if (!isChanged) continue;
    changed += 1;
    for (const [entity, count] of Object.entries(entities)) counts.set(entity, (counts.get(entity) ?? 0) + count);
    if (isQuiet) continue;
    write(`${number} ${Object.keys(entities).join(' ')}`);
    write(`- ${marked(line, ranges, (part) => colour(part, RED))}`);
    write(`+ ${shown(String(value)).replaceAll(LABEL, (label) => colour(label, GREEN))}`);
  }
  write(`${number} lines, ${changed} changed`);
  for (const [entity, count] of [...counts].toSorted(([, first], [, second]) => second - first))
    write(`${entity} ${count}`);
  return counts;
}

/** The text with its found parts marked. */
function marked(text: string, ranges: readonly ExplainedRange[], mark: (part: string) => string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const { start, end } of ranges) {
    if (end > SHOWN_UNITS) break;
    pieces.push(shown(text.slice(from, start)), mark(shown(text.slice(start, end))));
    from = end;
  }
  pieces.push(shown(text.slice(from)));
  return pieces.join('');
}

/** A file can hold what commands a terminal. */
function shown(text: string): string {
  return sanitizeUntrustedText(text, SHOWN_UNITS);
}
