// SPDX-License-Identifier: Apache-2.0
import { endOffset, lineCount, type Lines } from './lines-batch.ts';

/** A line of a batch that is the next to be written. */
export interface LinePosition {
  readonly line: number;
  /** Offset of the line's first byte in the batch. */
  readonly offset: number;
}

/** What to do next with the rest of a batch. */
export type WriteStep =
  /** Rotate, then decide again for the new file. */
  | { readonly kind: 'rotate' }
  /** Write the lines up to, without, `endLine` into the current file. */
  | { readonly kind: 'write'; readonly endLine: number };

/**
 * As many whole lines as the current file has room for. A file ends up above `maxFileBytes` only when its one line alone
 * is: a line is never split, and an empty file takes at least one.
 *
 * @param from the first line that is not written yet; there must be one.
 * @param fileBytes size of the current file.
 * @param emptyBytes size of a file without lines: its header.
 */
export function nextWrite(
  lines: Lines,
  from: LinePosition,
  fileBytes: number,
  maxFileBytes: number,
  emptyBytes: number = 0,
): WriteStep {
  const endLine = linesWithin(lines, from.line, from.offset + maxFileBytes - fileBytes);
  if (endLine > from.line) return { kind: 'write', endLine };
  return fileBytes > emptyBytes ? { kind: 'rotate' } : { kind: 'write', endLine: from.line + 1 };
}

/** Index just behind the last line, from `firstLine` on, that ends at or before `limit`; `firstLine` when none does. */
export function linesWithin(lines: Lines, firstLine: number, limit: number): number {
  let low = firstLine;
  let high = lineCount(lines);
  // The usual batch fits as a whole.
  if (endsWithin(lines, high, limit)) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (endsWithin(lines, middle + 1, limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function endsWithin(lines: Lines, endLine: number, limit: number): boolean {
  return endLine > 0 && endOffset(lines, endLine - 1) <= limit;
}
