// SPDX-License-Identifier: Apache-2.0
import type { BatchParts, EncodedBatch, EncodedLine, EncodedLinesBatch } from '@logferry/core';

import { JsonLinesBatch } from './json-batch.ts';
import { scanLine } from './json-line-scan.ts';
import { ProtobufBatch } from './protobuf-batch.ts';

/** A batch of `OtlpProtobufEncoder` again, from its parts. Its memory stays its owner's: `release` does nothing. */
export function restoreProtobufBatch({ bytes, recordCount }: BatchParts): EncodedBatch {
  return new ProtobufBatch(bytes, recordCount);
}

/** A batch of `OtlpJsonEncoder` again, from its parts. Its memory stays its owner's: `release` does nothing. */
export function restoreJsonLinesBatch({ bytes, recordCount, lines }: BatchParts): EncodedLinesBatch {
  // Not a Buffer, whose `slice` would share its memory.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new JsonLinesBatch(plain, Array.isArray(lines) ? lines : findLines(plain), recordCount);
}

const NEWLINE = 0x0a;

/** What is left of a batch that was split is several lines, of which nobody has kept the ends. */
function findLines(bytes: Uint8Array): EncodedLine[] {
  const lines: EncodedLine[] = [];
  let start = 0;
  for (let newline = bytes.indexOf(NEWLINE); newline !== -1; newline = bytes.indexOf(NEWLINE, start)) {
    const endOffset = newline + 1;
    lines.push({ endOffset, recordCount: scanLine(bytes.subarray(start, endOffset)).length });
    start = endOffset;
  }
  return lines;
}
