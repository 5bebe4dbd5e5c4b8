// SPDX-License-Identifier: Apache-2.0
import type { RecordLines } from '@logferry/core';

const FIRST_CAPACITY = 1024;

/** Where the lines of an open batch end, and the severities of their records. */
export class LineTable {
  #endOffsets = new Uint32Array(FIRST_CAPACITY);
  #severityNumbers = new Uint8Array(FIRST_CAPACITY);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(endOffset: number, severityNumber: number): void {
    const line = this.#count;
    if (line === this.#endOffsets.length) this.#grow();
    this.#endOffsets[line] = endOffset;
    this.#severityNumbers[line] = severityNumber;
    this.#count = line + 1;
  }

  /** What it holds; it is empty then. */
  take(): RecordLines {
    const count = this.#count;
    this.#count = 0;
    // Copies of just their size: a message to another thread copies the whole memory of what it carries.
    return { endOffsets: this.#endOffsets.slice(0, count), severityNumbers: this.#severityNumbers.slice(0, count) };
  }

  #grow(): void {
    const capacity = 2 * this.#endOffsets.length;
    const endOffsets = new Uint32Array(capacity);
    const severityNumbers = new Uint8Array(capacity);
    endOffsets.set(this.#endOffsets);
    severityNumbers.set(this.#severityNumbers);
    this.#endOffsets = endOffsets;
    this.#severityNumbers = severityNumbers;
  }
}
