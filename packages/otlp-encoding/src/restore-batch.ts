// SPDX-License-Identifier: Apache-2.0
import type { BatchParts, EncodedBatch, EncodedLinesBatch } from '@logferry/core';

import { JsonLinesBatch } from './json-batch.ts';
import { ProtobufBatch } from './protobuf-batch.ts';

/** A batch of `OtlpProtobufEncoder` again, from its parts. Its memory stays its owner's: `release` does nothing. */
export function restoreProtobufBatch({ bytes, recordCount }: BatchParts): EncodedBatch {
  return new ProtobufBatch(bytes, recordCount);
}

/** A batch of `OtlpJsonEncoder` again, from its parts. Its memory stays its owner's: `release` does nothing. */
export function restoreJsonLinesBatch({ bytes, recordCount, lines = [] }: BatchParts): EncodedLinesBatch {
  // Not a Buffer, whose `slice` would share its memory.
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return new JsonLinesBatch(plain, lines, recordCount);
}
