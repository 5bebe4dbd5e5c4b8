// SPDX-License-Identifier: Apache-2.0

/**
 * Writing lines, and when the current file is rotated. One call at a time: the exporter's queue sees to that.
 *
 * Invariants:
 * - A line is written whole into one file, or is in what the outcome says remains. After a failure in the middle of a
 *   line, the fragment is cut off at once; where that fails, opening the file again ends it with a newline.
 * - A file is renamed only while the path still leads to the file that is open.
 * - A file whose fsync failed is not written again: it is rotated away, and what was not acknowledged goes into the next.
 */
import type { RetryableOutcome, SendOutcome } from '@logferry/core';

import { appendLines, type AppendResult } from './append-lines.ts';
import { CurrentFile, type CurrentFileParts, type CurrentFileSettings, SyncError } from './current-file.ts';
import type { FileFacts } from './file-facts.ts';
import type { FileHooks } from './file-hooks.ts';
import type { RotationReason } from './file-names.ts';
import { lineCount, type LinesBatch, recordsBetween, remainingLines } from './lines-batch.ts';
import type { OpenLogFile } from './open-log-file.ts';
import { OperationError } from './operation-error.ts';
import type { PeriodClock } from './period-clock.ts';
import type { RotatedFiles } from './rotated-files.ts';
import { type LinePosition, nextWrite } from './rotation.ts';
import { call, type Steps } from './steps.ts';

/** Limits and modes, resolved. */
export interface RotatingFileSettings extends CurrentFileSettings {
  readonly maxFileBytes: number;
}

/** What a rotating file works with. */
export interface RotatingFileParts extends CurrentFileParts {
  readonly rotated: RotatedFiles;
  readonly period: PeriodClock;
  readonly hooks: FileHooks;
  /** Told of each opening. */
  readonly onOpened: () => void;
  /** Told of each rotated file. */
  readonly onRotated: (path: string) => void;
}

/** Counted since construction. */
export interface FileCounts {
  readonly writtenRecords: number;
  readonly writtenBytes: number;
  readonly rotations: number;
  readonly deletedFiles: number;
  readonly repairedLines: number;
  readonly externalChanges: number;
}

/** When to try again after a failure: soon enough for a disk that gets room, seldom enough to cost nothing. */
const RETRY_AFTER_MILLIS = 1_000;

const START: LinePosition = { line: 0, offset: 0 };

export class RotatingFile {
  readonly #settings: RotatingFileSettings;
  readonly #parts: RotatingFileParts;
  readonly #path: string;
  readonly #current: CurrentFile;
  #retentionChecked = false;
  /** Set when a rotation failed, which leaves the file closed. */
  #isRotationOwed = false;
  /** Set when the file at the path must not be written any more. */
  #abandoned: { readonly lastWriteMillis: number } | undefined;
  #writtenRecords = 0;
  #writtenBytes = 0;
  #rotations = 0;

  constructor(settings: RotatingFileSettings, parts: RotatingFileParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#path = parts.names.currentPath;
    this.#current = new CurrentFile(settings, parts);
  }

  /** Size of the current file; 0 while it is closed. */
  get currentBytes(): number {
    return this.#current.open?.bytes ?? 0;
  }

  /** Whether there are bytes in the current file that are not durable. */
  get needsSync(): boolean {
    return this.#current.open?.needsSync ?? false;
  }

  counts(): FileCounts {
    return {
      writtenRecords: this.#writtenRecords,
      writtenBytes: this.#writtenBytes,
      rotations: this.#rotations,
      deletedFiles: this.#parts.rotated.deleted,
      repairedLines: this.#current.repairedLines,
      externalChanges: this.#current.externalChanges,
    };
  }

  /** Writes the lines of a batch, in order, as far as it gets. Never throws. */
  *write(batch: LinesBatch, signal: AbortSignal): Steps<SendOutcome> {
    const records = this.#writtenRecords;
    const bytes = this.#writtenBytes;
    const outcome = yield* this.#write(batch, signal);
    this.#parts.metrics.wrote(this.#writtenRecords - records, this.#writtenBytes - bytes);
    return outcome;
  }

  *#write(batch: LinesBatch, signal: AbortSignal): Steps<SendOutcome> {
    let position = START;
    /** What stands before it is acknowledged, whatever the disk says later. */
    let safe = START;
    try {
      while (position.line < lineCount(batch.lines)) {
        // A write that the system has begun can't be taken back, so this is looked at between two of them.
        if (signal.aborted) {
          return retryable('the send was cancelled', batch, yield* this.#acknowledged(batch, safe, position));
        }
        const file = yield* this.#usableFile();
        const reason = this.#rotationDue(file, batch, position);
        if (reason !== undefined) {
          yield* this.#rotate(file, reason);
          safe = position;
          continue;
        }
        const { position: reached, failure } = yield* this.#append(file, batch, position);
        this.#count(batch, position, reached, 1);
        position = reached;
        if (failure !== undefined) throw new OperationError('writing', failure.cause);
      }
      if (this.#settings.fsync === 'every-batch') yield* this.#sync();
      return { kind: 'delivered', rejectedCount: 0 };
    } catch (error) {
      const { operation, cause } = operationOf(error);
      const reason = this.#parts.failures.stopped(operation, this.#path, cause);
      if (error instanceof SyncError) {
        this.#count(batch, safe, position, -1);
        position = safe;
      } else {
        position = yield* this.#acknowledged(batch, safe, position);
      }
      yield* this.#current.close();
      return { ...retryable(reason, batch, position), retryAfterMillis: RETRY_AFTER_MILLIS };
    }
  }

  /** Rotates the current file, if it holds anything. Never throws. */
  *rotate(reason: RotationReason): Steps<boolean> {
    this.#isRotationOwed = false;
    try {
      if (this.#current.open === undefined && !(yield* this.#holdsSomething())) return false;
      const file = yield* this.#usableFile();
      return file.bytes > file.headerBytes && (yield* this.#rotate(file, reason));
    } catch (error) {
      this.#isRotationOwed = true;
      return yield* this.#tolerate(error);
    }
  }

  /** Rotates the current file when its period is over and there is anything in it. Never throws. */
  *rotateWhenDue(): Steps<boolean> {
    const { period } = this.#parts;
    if (!period.isOver()) return false;
    const file = this.#current.open;
    const isDue = file === undefined ? this.#isRotationOwed : file.bytes > file.headerBytes;
    if (isDue) return yield* this.rotate('time');
    // Otherwise it would be asked again and again. A file that is closed takes its own period when it is opened.
    period.begin();
    return false;
  }

  /** Deletes files whose last write is too long ago. Never throws. */
  *removeAged(): Steps<void> {
    if (yield* this.#isCurrentAged()) yield* this.rotate('time');
    yield* this.#parts.rotated.removeExpired(this.currentBytes);
  }

  /** Makes the current file durable, if it is open. Never throws. */
  *syncCurrent(): Steps<void> {
    try {
      yield* this.#sync();
    } catch (error) {
      yield* this.#tolerate(error);
    }
  }

  /** Closes the current file, durable where the policy asks for it. Never throws. */
  *close(): Steps<void> {
    if (this.#settings.fsync !== 'never') yield* this.syncCurrent();
    yield* this.#current.close();
  }

  /** Up to where a batch that ends before its end may count as written: what was not made durable must come again. */
  *#acknowledged(batch: LinesBatch, safe: LinePosition, position: LinePosition): Steps<LinePosition> {
    if (position.line === safe.line) return position;
    try {
      yield* this.#sync();
      return position;
    } catch (error) {
      yield* this.#tolerate(error);
      this.#count(batch, safe, position, -1);
      return safe;
    }
  }

  *#usableFile(): Steps<OpenLogFile> {
    const open = yield* this.#current.unchanged();
    if (open !== undefined) return open;
    yield* this.#leaveAbandoned();
    const file = yield* this.#current.reopen();
    this.#parts.onOpened();
    if (file.bytes === 0) {
      this.#parts.period.begin();
      if (this.#settings.fsync !== 'never') yield* this.#parts.rotated.syncDirectory();
      const header = this.#parts.hooks.header();
      if (header !== undefined) yield* this.#current.writeText(file, header);
      file.headerBytes = file.bytes;
    } else {
      this.#parts.period.begin(file.lastWriteMillis);
    }
    if (!this.#retentionChecked) {
      this.#retentionChecked = true;
      yield* this.#parts.rotated.removeExpired(file.bytes);
    }
    return file;
  }

  #rotationDue(file: OpenLogFile, batch: LinesBatch, position: LinePosition): 'size' | 'time' | undefined {
    if (this.#parts.period.isOver()) {
      if (file.bytes > file.headerBytes) return 'time';
      this.#parts.period.begin();
    }
    return this.#step(file, batch, position).kind === 'rotate' ? 'size' : undefined;
  }

  #step(file: OpenLogFile, batch: LinesBatch, position: LinePosition): ReturnType<typeof nextWrite> {
    const limit = this.#settings.maxFileBytes - this.#parts.hooks.footerRoomBytes;
    return nextWrite(batch.lines, position, file.bytes, limit, file.headerBytes);
  }

  /** Appends what the file has room for. */
  *#append(file: OpenLogFile, batch: LinesBatch, position: LinePosition): Steps<AppendResult> {
    const step = this.#step(file, batch, position);
    if (step.kind === 'rotate') return { position };
    const { failures, clock } = this.#parts;
    const appended = yield* appendLines(file, batch, position, step.endLine);
    if (appended.position.line > position.line) {
      file.lastWriteMillis = clock.wallMillis();
      file.needsSync = true;
    }
    if (appended.fragmentFailure !== undefined) {
      failures.tolerated('cutting a half-written line off', this.#path, appended.fragmentFailure.cause);
    }
    if (appended.failure === undefined) failures.wrote(this.#path);
    return appended;
  }

  *#rotate(file: OpenLogFile, reason: RotationReason): Steps<boolean> {
    if (!(yield* this.#current.isUnchanged(file))) return false;
    const footer = this.#parts.hooks.footer();
    if (footer !== undefined) yield* this.#current.writeText(file, footer);
    if (this.#settings.fsync !== 'never') yield* this.#sync();
    // Closed first: Windows renames no open file.
    yield* this.#current.close();
    yield* this.#take(reason, file.lastWriteMillis);
    return true;
  }

  *#sync(): Steps<void> {
    const lastWriteMillis = this.#current.open?.lastWriteMillis ?? 0;
    try {
      yield* this.#current.sync();
    } catch (error) {
      this.#abandoned = { lastWriteMillis };
      throw error;
    }
  }

  *#leaveAbandoned(): Steps<void> {
    if (this.#abandoned === undefined) return;
    if (yield* this.#holdsSomething()) yield* this.#take('fault', this.#abandoned.lastWriteMillis);
    this.#abandoned = undefined;
  }

  *#take(reason: RotationReason, lastWriteMillis: number): Steps<void> {
    const { path, files } = yield* this.#parts.rotated.takeCurrent(reason, lastWriteMillis);
    this.#rotations += 1;
    this.#parts.metrics.rotated(reason);
    // First, because a file in work is deleted only when its hook has seen it.
    this.#parts.onRotated(path);
    // Before the next file is made, so that there are never more than maxFiles and a full disk gets room.
    yield* this.#parts.rotated.removeAmong(files);
  }

  *#isCurrentAged(): Steps<boolean> {
    const { rotated } = this.#parts;
    try {
      const facts = yield* this.#factsOfPath();
      return facts !== undefined && facts.bytes > 0 && rotated.isAged(facts.modifiedMillis);
    } catch (error) {
      return yield* this.#tolerate(error);
    }
  }

  *#holdsSomething(): Steps<boolean> {
    const facts = yield* this.#factsOfPath();
    return facts !== undefined && facts.bytes > 0;
  }

  *#factsOfPath(): Steps<FileFacts | undefined> {
    try {
      return yield* call('factsOfPath', this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new OperationError('checking', error);
    }
  }

  *#tolerate(error: unknown): Steps<false> {
    const { operation, cause } = operationOf(error);
    yield* this.#current.close();
    this.#parts.failures.tolerated(operation, this.#path, cause);
    return false;
  }

  #count(batch: LinesBatch, from: LinePosition, to: LinePosition, sign: 1 | -1): void {
    const bytes = sign * (to.offset - from.offset);
    const records = sign * recordsBetween(batch.lines, from.line, to.line);
    this.#writtenBytes += bytes;
    this.#writtenRecords += records;
  }
}

function operationOf(error: unknown): { readonly operation: string; readonly cause: unknown } {
  if (error instanceof OperationError) return { operation: error.operation, cause: error.cause };
  return { operation: 'opening', cause: error };
}

function retryable(reason: string, batch: LinesBatch, position: LinePosition): RetryableOutcome {
  if (position.line === 0) return { kind: 'retryable', reason };
  return { kind: 'retryable', reason, remaining: remainingLines(batch, position.line) };
}
