// SPDX-License-Identifier: Apache-2.0
import type { EncodedBatch, SendOutcome } from '@logferry/core';

import type { FileMetrics } from './file-metrics.ts';
import type { RotationReason } from './file-names.ts';
import type { FileCounts } from './rotating-file.ts';
import type { WriteRequest } from './write-queue.ts';

/** Where the exporter's lines go. None of it rejects or throws. */
export interface Destination {
  /** The path of the current file, or `stdout`. */
  readonly path: string;
  readonly metrics: FileMetrics;
  /** Bytes of batches that wait. */
  readonly pendingBytes: number;
  /** Writes a batch in its turn. */
  write(request: WriteRequest): Promise<SendOutcome>;
  /** Rotates in its turn, if there is anything to rotate. */
  rotate(reason: RotationReason): Promise<boolean>;
  /** Resolves when everything that was queued before has ended. */
  settled(): Promise<void>;
  /** Does all that is queued, and writes the batches, without returning to the event loop: the process exits. */
  finishSync(batches: readonly EncodedBatch[], timeoutMillis: number): SendOutcome[];
  close(): Promise<void>;
  stats(): DestinationStats;
}

/** What became of the records, counted since construction. */
export interface DestinationStats extends FileCounts {
  /** The path of the current file, or `stdout`. */
  readonly currentFile: string;
  /** Its size in bytes; 0 while it is closed. */
  readonly currentFileBytes: number;
  /** Bytes of batches that wait for the disk. */
  readonly pendingBytes: number;
  /** Rotated files that were compressed, moved into the archive, or described for the hook. */
  readonly archivedFiles: number;
  /** Failed file operations by error code, such as `ENOSPC`. */
  readonly failures: Readonly<Record<string, number>>;
  /** Records given up by `export`, by reason: `already_shutdown`, `buffer_full`, `write_failed`. */
  readonly drops: Readonly<Record<string, number>>;
}
