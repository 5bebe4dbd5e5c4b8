// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch, EncodedLine, EncodedLinesBatch } from '@logferry/core';

/** Whether a batch says where its lines end: the encoders of this exporter make such batches. */
export function isLinesBatch(batch: EncodedBatch): batch is EncodedLinesBatch {
  const candidate = batch as Partial<EncodedLinesBatch>;
  return Array.isArray(candidate.lines) && candidate.lines.at(-1)?.endOffset === batch.bytes.byteLength;
}

/** The lines of a batch from `firstLine` on, in memory of their own. */
export function remainingLines(batch: EncodedLinesBatch, firstLine: number): EncodedLinesBatch {
  const start = batch.lines[firstLine - 1]?.endOffset ?? 0;
  const lines = batch.lines.slice(firstLine).map((line) => ({ ...line, endOffset: line.endOffset - start }));
  return new LinesBatch(batch.bytes.slice(start), lines);
}

class LinesBatch implements EncodedLinesBatch {
  readonly bytes: Uint8Array;
  readonly lines: readonly EncodedLine[];
  readonly recordCount: number;

  constructor(bytes: Uint8Array, lines: readonly EncodedLine[]) {
    this.bytes = bytes;
    this.lines = lines;
    this.recordCount = lines.reduce((sum, line) => sum + line.recordCount, 0);
  }

  /** A line is the smallest part: one that holds several records stays whole. */
  split(): EncodedBatch[] {
    if (this.lines.length < 2) return [this];
    const middle = this.lines.length >>> 1;
    const end = this.lines[middle - 1]?.endOffset ?? 0;
    const head = new LinesBatch(this.bytes.slice(0, end), this.lines.slice(0, middle));
    return [head, remainingLines(this, middle)];
  }

  release(): void {
    // Its memory comes from no pool.
  }
}
