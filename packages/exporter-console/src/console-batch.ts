// SPDX-License-Identifier: Apache-2.0
import type { BatchParts, EncodedBatch, EncodedLine, EncodedLinesBatch } from '@logferry/core';

/** One record's text; in the pretty format an exception makes it several lines of the terminal. */
export interface ConsoleLine extends EncodedLine {
  readonly toStderr: boolean;
}

/** The lines of a batch in the order of the records, whichever stream they go to. */
export class ConsoleBatch implements EncodedLinesBatch {
  readonly bytes: Uint8Array;
  readonly lines: readonly ConsoleLine[];

  constructor(bytes: Uint8Array, lines: readonly ConsoleLine[]) {
    this.bytes = bytes;
    this.lines = lines;
  }

  get recordCount(): number {
    return this.lines.length;
  }

  split(): ConsoleBatch[] {
    if (this.lines.length < 2) return [this];
    const middle = this.lines.length >> 1;
    return [this.#copy(0, middle), this.#copy(middle, this.lines.length)];
  }

  /** The memory is the garbage collector's. */
  release(): void {}

  /** The lines from `start` on, as a batch that owns its memory. */
  from(start: number): ConsoleBatch {
    return this.#copy(start, this.lines.length);
  }

  #copy(start: number, end: number): ConsoleBatch {
    const startOffset = this.lines[start - 1]?.endOffset ?? 0;
    const lines = this.lines.slice(start, end);
    return new ConsoleBatch(
      this.bytes.slice(startOffset, lines.at(-1)?.endOffset ?? startOffset),
      lines.map((line) => ({ ...line, endOffset: line.endOffset - startOffset })),
    );
  }
}

/** A batch of `ConsoleEncoder` again, from its parts. */
export function restoreConsoleBatch({ bytes, lines }: BatchParts): ConsoleBatch {
  // Not a Buffer, whose `slice` would share its memory.
  return new ConsoleBatch(
    new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    Array.isArray(lines) ? lines.map((line: EncodedLine) => ({ toStderr: false, ...line })) : [],
  );
}

/** Lines that follow each other on one stream: one write. */
export interface Run {
  readonly toStderr: boolean;
  /** Index of the first line. */
  readonly firstLine: number;
  readonly recordCount: number;
  readonly bytes: Uint8Array;
  /** Where its bytes start in the batch. */
  readonly startOffset: number;
}

/** A batch as the writes it takes. One that another encoder made goes to stdout as it is. */
export function runsOf(batch: EncodedBatch): Run[] {
  if (!(batch instanceof ConsoleBatch))
    return [{ toStderr: false, firstLine: 0, recordCount: batch.recordCount, bytes: batch.bytes, startOffset: 0 }];
  const runs: Run[] = [];
  let startOffset = 0;
  let firstLine = 0;
  for (const [index, line] of batch.lines.entries()) {
    const next = batch.lines[index + 1];
    if (next !== undefined && next.toStderr === line.toStderr) continue;
    runs.push({
      toStderr: line.toStderr,
      firstLine,
      recordCount: index + 1 - firstLine,
      bytes: batch.bytes.subarray(startOffset, line.endOffset),
      startOffset,
    });
    startOffset = line.endOffset;
    firstLine = index + 1;
  }
  return runs;
}

/** How many records of a run lie whole within its first `writtenBytes`. */
export function recordsWithin(batch: EncodedBatch, run: Run, writtenBytes: number): number {
  if (writtenBytes === run.bytes.length) return run.recordCount;
  if (!(batch instanceof ConsoleBatch)) return 0;
  const lines = batch.lines.slice(run.firstLine, run.firstLine + run.recordCount);
  const firstTorn = lines.findIndex((line) => line.endOffset - run.startOffset > writtenBytes);
  return firstTorn < 0 ? run.recordCount : firstTorn;
}
