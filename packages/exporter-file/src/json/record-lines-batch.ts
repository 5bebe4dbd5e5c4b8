// SPDX-License-Identifier: Apache-2.0
import type { BatchParts, EncodedLine, EncodedLinesBatch } from '@logferry/core';

/** A line that holds one record. */
export interface RecordLine extends EncodedLine {
  /** 0 for a record without one. */
  readonly severityNumber: number;
}

/** Lines of one record each. */
export class RecordLinesBatch implements EncodedLinesBatch {
  readonly bytes: Uint8Array;
  readonly lines: readonly RecordLine[];
  #giveBack: (() => void) | undefined;

  /** @param giveBack takes the memory when the batch is released. Default: it is the garbage collector's. */
  constructor(bytes: Uint8Array, lines: readonly RecordLine[], giveBack?: () => void) {
    this.bytes = bytes;
    this.lines = lines;
    this.#giveBack = giveBack;
  }

  get recordCount(): number {
    return this.lines.length;
  }

  split(): EncodedLinesBatch[] {
    const middle = this.lines.length >>> 1;
    if (middle === 0) return [this];
    return [this.#copy((_, index) => index < middle), this.#copy((_, index) => index >= middle)];
  }

  filterBySeverity(keep: (severityNumber: number) => boolean): EncodedLinesBatch | undefined {
    const kept = this.lines.map(({ severityNumber }) => keep(severityNumber));
    if (!kept.includes(true)) return undefined;
    return kept.includes(false) ? this.#copy((_, index) => kept[index] === true) : this;
  }

  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }

  #copy(isWanted: (line: RecordLine, index: number) => boolean): RecordLinesBatch {
    const bytes = new Uint8Array(this.bytes.byteLength);
    const lines: RecordLine[] = [];
    let start = 0;
    let end = 0;
    for (const [index, line] of this.lines.entries()) {
      if (isWanted(line, index)) {
        bytes.set(this.bytes.subarray(start, line.endOffset), end);
        end += line.endOffset - start;
        lines.push({ ...line, endOffset: end });
      }
      start = line.endOffset;
    }
    return new RecordLinesBatch(bytes.slice(0, end), lines);
  }
}

/** Whether the parts are those of a batch with one record in each line. */
export function isRecordLines(lines: BatchParts['lines']): lines is readonly RecordLine[] {
  return lines?.every((line) => typeof (line as Partial<RecordLine>).severityNumber === 'number') === true;
}
