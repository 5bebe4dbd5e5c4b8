// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch } from '@logferry/core';
import { ByteArena } from './byte-arena.ts';
import { partsSize, writeParts } from './logs-envelope.ts';
import { filterRecords, type MessagePart, readRecords, splitRecords } from './protobuf-records.ts';

/** A sealed ExportLogsServiceRequest. */
export class ProtobufBatch implements EncodedBatch {
  readonly bytes: Uint8Array;
  readonly recordCount: number;
  #giveBack: (() => void) | undefined;

  /** @param giveBack takes the memory when the batch is released. Default: it is left to the garbage collector. */
  constructor(bytes: Uint8Array, recordCount: number, giveBack?: () => void) {
    this.bytes = bytes;
    this.recordCount = recordCount;
    this.#giveBack = giveBack;
  }

  /** Two batches of about the same number of bytes. */
  split(): EncodedBatch[] {
    if (this.recordCount < 2) return [this];
    return splitRecords(readRecords(this.bytes)).map(ownBatch);
  }

  filterBySeverity(keep: (severityNumber: number) => boolean): EncodedBatch | undefined {
    const part = filterRecords(readRecords(this.bytes), keep);
    if (part.recordCount === this.recordCount) return this;
    return part.recordCount === 0 ? undefined : ownBatch(part);
  }

  release(): void {
    const giveBack = this.#giveBack;
    this.#giveBack = undefined;
    giveBack?.();
  }
}

/** A batch in memory of its own. */
function ownBatch({ parts, recordCount }: MessagePart): ProtobufBatch {
  const arena = new ByteArena(partsSize(parts));
  writeParts(arena.bytes, 0, parts);
  return new ProtobufBatch(arena.bytes, recordCount);
}
