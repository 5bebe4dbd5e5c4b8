// SPDX-License-Identifier: Apache-2.0

/** A part of a text, in UTF-16 units, and what it is. */
export interface Finding {
  readonly start: number;
  /** Behind the last unit. */
  readonly end: number;
  readonly entity: string;
  /** Whether the range is a wrapping (base64) of what was found, which only a label can replace. */
  readonly isWrapped?: boolean;
}

/**
 * The findings in order, without overlaps. What overlaps becomes one finding over both, of the kind of the longer one: a
 * partial match must not leave the tail of another.
 */
export function mergeFindings(findings: Finding[]): Finding[] {
  if (findings.length < 2) return findings;
  findings.sort((first, second) => first.start - second.start || second.end - first.end);
  const merged: Finding[] = [];
  let widest = 0;
  for (const finding of findings) {
    const last = merged.at(-1);
    if (last === undefined || finding.start >= last.end) {
      merged.push(finding);
      widest = finding.end - finding.start;
      continue;
    }
    const length = finding.end - finding.start;
    const entity = length > widest ? finding.entity : last.entity;
    const isWrapped = last.isWrapped === true || finding.isWrapped === true;
    merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, finding.end), entity, isWrapped };
    widest = Math.max(widest, length);
  }
  return merged;
}
