// SPDX-License-Identifier: Apache-2.0
import type { EncodedLinesBatch } from '@logferry/core';

/** A batch of lines with these texts, one record each. */
export function linesBatch(texts: readonly string[]): EncodedLinesBatch {
  let endOffset = 0;
  const lines = texts.map((text) => {
    endOffset += Buffer.byteLength(text) + 1;
    return { endOffset, recordCount: 1 };
  });
  const bytes = new Uint8Array(endOffset);
  bytes.set(Buffer.from(texts.map((text) => `${text}\n`).join('')));
  const batch: EncodedLinesBatch = {
    bytes,
    lines,
    recordCount: texts.length,
    split: () => [batch],
    release: () => {},
  };
  return batch;
}

/** Lines `first` to `last`, such as `{"n":1}`. */
export function numberedLines(first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `{"n":${first + index}}`);
}
