// SPDX-License-Identifier: Apache-2.0
import type { BatchParts, EncodedBatch, RecordLines } from '@logferry/core';

/** Lines of one record each. */
export class RecordLinesBatch implements EncodedBatch {
  readonly bytes: Uint8Array;
  readonly lines: RecordLines;
  #giveBack: (() => void) | undefined;

  /** @param giveBack takes the memory when the batch is released. Default: it is the garbage collector's. */
  constructor(bytes: Uint8Array, lines: RecordLines, giveBack?: () => void) {
    this.bytes = bytes;
    this.lines = lines;
    this.#giveBack = giveBack;
  }

  get recordCount(): number {
    return this.lines.endOffsets.length;
  }

  split(): RecordLinesBatch[] {
    const middle = this.recordCount >>> 1;
    return middle === 0 ? [this] : [this.#part(0, middle), this.from(middle)];
  }

  filterBySeverity(keep: (severityNumber: number) => boolean): RecordLinesBatch | undefined {
    const kept = Array.from(this.lines.severityNumbers, (severityNumber) => keep(severityNumber));
    if (!kept.includes(true)) return undefined;
    return kept.includes(false) ? this.#filtered(kept) : this;
  }

  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  /** The lines from `firstLine` on, in memory of their own. */
  from(firstLine: number): RecordLinesBatch {
    return this.#part(firstLine, this.recordCount);
  }

  #part(firstLine: number, endLine: number): RecordLinesBatch {
    const { endOffsets, severityNumbers } = this.lines;
    const start = endOffsets[firstLine - 1] ?? 0;
    return new RecordLinesBatch(this.bytes.slice(start, endOffsets[endLine - 1]), {
      endOffsets: endOffsets.slice(firstLine, endLine).map((endOffset) => endOffset - start),
      severityNumbers: severityNumbers.slice(firstLine, endLine),
    });
  }

  #filtered(kept: readonly boolean[]): RecordLinesBatch {
    const { endOffsets, severityNumbers } = this.lines;
    const bytes = new Uint8Array(this.bytes.byteLength);
    const ends: number[] = [];
    let end = 0;
    for (const [line, endOffset] of endOffsets.entries()) {
      if (kept[line] !== true) continue;
      const start = endOffsets[line - 1] ?? 0;
      bytes.set(this.bytes.subarray(start, endOffset), end);
      end += endOffset - start;
      ends.push(end);
    }
    return new RecordLinesBatch(bytes.slice(0, end), {
      endOffsets: Uint32Array.from(ends),
      severityNumbers: severityNumbers.filter((_, line) => kept[line] === true),
    });
  }
}

/** Whether the lines are those of a batch with one record in each. */
export function isRecordLines(lines: BatchParts['lines']): lines is RecordLines {
  return (lines as Partial<RecordLines> | undefined)?.endOffsets !== undefined;
}
