// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch, EncodedLine, EncodedLinesBatch, RecordLines } from '@logferry/core';

import { isRecordLines, RecordLinesBatch } from './json/record-lines-batch.ts';

/** Where lines end, in order, and how many records each holds. */
export type Lines = readonly EncodedLine[] | RecordLines;

/** A batch that says where its lines end: the encoders of this exporter make such batches. */
export interface LinesBatch extends EncodedBatch {
  readonly lines: Lines;
}

export function isLinesBatch(batch: EncodedBatch): batch is LinesBatch {
  const { lines } = batch as Partial<LinesBatch>;
  if (!Array.isArray(lines) && !isRecordLines(lines)) return false;
  return lineCount(lines) > 0 && endOffset(lines, lineCount(lines) - 1) === batch.bytes.byteLength;
}

export function lineCount(lines: Lines): number {
  return isRecordLines(lines) ? lines.endOffsets.length : lines.length;
}

/** Offset just behind a line; 0 for the line before the first. */
export function endOffset(lines: Lines, line: number): number {
  return (isRecordLines(lines) ? lines.endOffsets[line] : lines[line]?.endOffset) ?? 0;
}

/** Records in the lines from `firstLine` up to, without, `endLine`. */
export function recordsBetween(lines: Lines, firstLine: number, endLine: number): number {
  if (isRecordLines(lines)) return endLine - firstLine;
  return lines.slice(firstLine, endLine).reduce((sum, { recordCount }) => sum + recordCount, 0);
}

/** The lines of a batch from `firstLine` on, in memory of their own. */
export function remainingLines({ bytes, lines }: Pick<LinesBatch, 'bytes' | 'lines'>, firstLine: number): LinesBatch {
  if (isRecordLines(lines)) return new RecordLinesBatch(bytes, lines).from(firstLine);
  const start = endOffset(lines, firstLine - 1);
  const rest = lines.slice(firstLine).map((line) => ({ ...line, endOffset: line.endOffset - start }));
  return new PartOfLines(bytes.slice(start), rest);
}

class PartOfLines implements EncodedLinesBatch {
  readonly bytes: Uint8Array;
  readonly lines: readonly EncodedLine[];
  readonly recordCount: number;

  constructor(bytes: Uint8Array, lines: readonly EncodedLine[]) {
    this.bytes = bytes;
    this.lines = lines;
    this.recordCount = recordsBetween(lines, 0, lines.length);
  }

  /** A line is the smallest part: one that holds several records stays whole. */
  split(): EncodedBatch[] {
    if (this.lines.length < 2) return [this];
    const middle = this.lines.length >>> 1;
    const head = new PartOfLines(this.bytes.slice(0, endOffset(this.lines, middle - 1)), this.lines.slice(0, middle));
    return [head, remainingLines(this, middle)];
  }

  release(): void {
    // Its memory comes from no pool.
  }
}
