// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch } from '@logferry/core';

/**
 * Parts of one batch as one batch again: their bytes one after the other. In protobuf that is one message, whose
 * resource_logs add up (Encoding, "Last One Wins": repeated fields are merged); in JSON it is a line for each part.
 */
export function joinBatches(parts: readonly [EncodedBatch, ...EncodedBatch[]]): EncodedBatch {
  const [first] = parts;
  return parts.length === 1 ? first : new JoinedBatch(parts);
}

class JoinedBatch implements EncodedBatch {
  readonly recordCount: number;
  /** Where each part can. */
  readonly filterBySeverity?: NonNullable<EncodedBatch['filterBySeverity']>;
  readonly #parts: readonly EncodedBatch[];
  #bytes: Uint8Array | undefined;

  constructor(parts: readonly EncodedBatch[]) {
    this.#parts = parts;
    this.recordCount = parts.reduce((sum, part) => sum + part.recordCount, 0);
    if (parts.every((part) => part.filterBySeverity !== undefined))
      this.filterBySeverity = (keep) => this.#filter(keep);
  }

  get bytes(): Uint8Array {
    if (this.#bytes === undefined) {
      this.#bytes = new Uint8Array(this.#parts.reduce((sum, part) => sum + part.bytes.length, 0));
      let at = 0;
      for (const part of this.#parts) {
        this.#bytes.set(part.bytes, at);
        at += part.bytes.length;
      }
    }
    return this.#bytes;
  }

  /** The parts as they were: they had been split for their size. */
  split(): EncodedBatch[] {
    return [...this.#parts];
  }

  release(): void {
    for (const part of this.#parts) part.release();
  }

  #filter(keep: (severityNumber: number) => boolean): EncodedBatch | undefined {
    const kept = this.#parts.map((part) => part.filterBySeverity?.(keep));
    if (kept.every((part, index) => part === this.#parts[index])) return this;
    const [first, ...rest] = kept.filter((part) => part !== undefined);
    return first === undefined ? undefined : joinBatches([first, ...rest]);
  }
}
