// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from './record-types.ts';

/**
 * Encodes the records of one destination as they are emitted.
 *
 * Invariants:
 * - `append` never throws. A value it can't encode becomes a marker; the other values of the record and the other
 *   records of the batch are untouched.
 * - `append` takes a snapshot: changing the record or its body afterwards can't change what was encoded. The record
 *   itself may be a view that its owner reuses after the call.
 * - Records keep their order within a scope of a resource.
 */
export interface BatchEncoder {
  /** Encodes one record into the open batch. */
  append(record: ReadableLogRecord): void;

  /** Records in the open batch. */
  readonly recordCount: number;

  /** Encoded bytes of the open batch, without the headers that `take` writes. */
  readonly byteLength: number;

  /**
   * Set while the resource of a record in the open batch has asynchronous attributes that are not settled: wait for it
   * before `take`, or the header is written without them. It never rejects. Undefined when there is nothing to wait for.
   */
  readonly pending: Promise<void> | undefined;

  /** Seals the open batch and starts an empty one. Undefined when no record was appended. */
  take(): EncodedBatch | undefined;
}

/** A sealed batch: the bytes its destination wants. */
export interface EncodedBatch {
  /**
   * The whole message. The array may start in the middle of its ArrayBuffer, which no other batch shares and which may be
   * a SharedArrayBuffer. Must not be read after `release`.
   */
  readonly bytes: Uint8Array;

  readonly recordCount: number;

  /**
   * Two or more smaller batches with the same records in the same order, or the batch itself, alone, when it holds one
   * record. The parts own their memory: this batch may be released afterwards.
   */
  split(): EncodedBatch[];

  /**
   * The records whose severity number `keep` wants, in their order, as a batch that owns its memory: this one may be
   * released afterwards. The batch itself when it wants all; undefined when it wants none. A record without a severity
   * number is asked about as 0. `keep` is called once for each record.
   *
   * A full queue makes room for severe records by it. Absent where a format can't tell: such a batch is kept or dropped
   * as a whole.
   */
  filterBySeverity?(keep: (severityNumber: number) => boolean): EncodedBatch | undefined;

  /**
   * Gives the memory back to the encoder that made it; a second call does nothing. Call it only when nothing reads
   * `bytes` any more. A batch that is never released is left to the garbage collector.
   */
  release(): void;
}

/** A batch of a line format: a file exporter may end a file after any line. */
export interface EncodedLinesBatch extends EncodedBatch {
  /** In order, and together all of `bytes`. */
  readonly lines: readonly EncodedLine[];
}

/** One line of a batch. */
export interface EncodedLine {
  /** Offset in `bytes` just behind the line's `\n`. */
  readonly endOffset: number;
  /** Records in the line; at least 1. */
  readonly recordCount: number;
}

/**
 * The lines of a batch in which each holds one record, as columns. An object for each of thousands of lines would be moved
 * by the garbage collector and copied one by one on the way to another thread.
 */
export interface RecordLines {
  /** As `EncodedLine.endOffset`. */
  readonly endOffsets: Uint32Array;
  /** 0 for a record without one, or with one that does not exist. */
  readonly severityNumbers: Uint8Array;
}
