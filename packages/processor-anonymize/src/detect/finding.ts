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

/** A finding with the text that it found, decoded. */
export interface FoundValue extends Finding {
  readonly value: string;
}

/**
 * The findings in order, without overlaps. What overlaps becomes one finding over both, of the kind of the longer one: a
 * partial match must not leave the tail of another.
 */
export function mergeFindings(findings: FoundValue[], text: string): readonly FoundValue[] {
  if (findings.length < 2) return findings;
  findings.sort((first, second) => first.start - second.start || second.end - first.end);
  const merged: FoundValue[] = [];
  let widest = 0;
  for (const finding of findings) {
    const last = merged.at(-1);
    if (last === undefined || finding.start >= last.end) {
      merged.push(finding);
      widest = finding.end - finding.start;
      continue;
    }
    const length = finding.end - finding.start;
    // What a key names is treated as that, whatever it looks like: a mask for cards would show part of a password.
    const isNamed = length === widest && finding.entity === 'secret';
    const entity = length > widest || isNamed ? finding.entity : last.entity;
    const isWrapped = last.isWrapped === true || finding.isWrapped === true;
    widest = Math.max(widest, length);
    const { start } = last;
    const end = Math.max(last.end, finding.end);
    // A value that was found decoded stays; that of a joined range is what stands there.
    const value = end === last.end ? last.value : text.slice(start, end);
    merged[merged.length - 1] = { start, end, entity, isWrapped, value };
  }
  return merged;
}
