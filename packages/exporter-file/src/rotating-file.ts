// SPDX-License-Identifier: Apache-2.0

/**
 * The current file: opening, writing, and when it is rotated. One call at a time: the exporter's queue sees to that.
 *
 * Invariants:
 * - A line is written whole into one file, or is in what the outcome says remains. After a failure in the middle of a
 *   line, the fragment is cut off at once; where that fails, opening the file again ends it with a newline.
 * - The file is closed after any failure, so that the next write starts with all the checks of an opening.
 * - A file is renamed only while the path still leads to the file that is open.
 */
import type { Clock, Diagnostics, EncodedLinesBatch, RetryableOutcome, SendOutcome } from '@logferry/core';

import { appendLines } from './append-lines.ts';
import type { FailureReports } from './failure-reports.ts';
import type { FileNames } from './file-names.ts';
import type { FilePort } from './file-port.ts';
import { remainingLines } from './lines-batch.ts';
import { openLogFile, type OpenLogFile } from './open-log-file.ts';
import { OperationError } from './operation-error.ts';
import type { PathLock } from './path-lock.ts';
import { RotatedFiles } from './rotated-files.ts';
import { type LinePosition, nextWrite } from './rotation.ts';

/** Limits and modes, resolved. */
export interface RotatingFileSettings {
  readonly maxFileBytes: number;
  readonly maxFiles: number;
  readonly fileMode: number;
  readonly directoryMode: number;
}

/** What a rotating file works with. */
export interface RotatingFileParts {
  readonly names: FileNames;
  readonly lock: PathLock;
  readonly port: FilePort;
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
  readonly failures: FailureReports;
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

/** How long a rename, deletion or truncation by another program may go unseen: one look a second costs nothing. */
const CHECK_INTERVAL_MILLIS = 1_000;

/** When to try again after a failure: soon enough for a disk that gets room, seldom enough to cost nothing. */
const RETRY_AFTER_MILLIS = 1_000;

export class RotatingFile {
  readonly #settings: RotatingFileSettings;
  readonly #parts: RotatingFileParts;
  readonly #path: string;
  readonly #rotated: RotatedFiles;
  #file: OpenLogFile | undefined;
  #retentionChecked = false;
  #writtenRecords = 0;
  #writtenBytes = 0;
  #rotations = 0;
  #repairedLines = 0;
  #externalChanges = 0;

  constructor(settings: RotatingFileSettings, parts: RotatingFileParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#path = parts.names.currentPath;
    this.#rotated = new RotatedFiles(parts.names, parts.port, parts.failures, settings.maxFiles);
  }

  /** Size of the current file; 0 while it is closed. */
  get currentBytes(): number {
    return this.#file?.bytes ?? 0;
  }

  counts(): FileCounts {
    return {
      writtenRecords: this.#writtenRecords,
      writtenBytes: this.#writtenBytes,
      rotations: this.#rotations,
      deletedFiles: this.#rotated.deleted,
      repairedLines: this.#repairedLines,
      externalChanges: this.#externalChanges,
    };
  }

  /** Writes the lines of a batch, in order, as far as it gets. Never rejects. */
  async write(batch: EncodedLinesBatch, signal: AbortSignal): Promise<SendOutcome> {
    let position: LinePosition = { line: 0, offset: 0 };
    try {
      while (position.line < batch.lines.length) {
        // A write that the system has begun can't be taken back, so this is looked at between two of them.
        if (signal.aborted) return retryable('the send was cancelled', batch, position);
        const file = await this.#usableFile();
        const step = nextWrite(batch.lines, position, file.bytes, this.#settings.maxFileBytes);
        if (step.kind === 'rotate') {
          await this.#rotate(file);
          continue;
        }
        const appended = await appendLines(this.#parts.port, file, batch, position, step.endLine);
        this.#count(batch, position, appended.position);
        position = appended.position;
        if (appended.fragmentFailure !== undefined) {
          this.#parts.failures.tolerated('cutting a half-written line off', this.#path, appended.fragmentFailure.cause);
        }
        if (appended.failure !== undefined) throw new OperationError('writing', appended.failure.cause);
        this.#parts.failures.wrote(this.#path);
      }
      return { kind: 'delivered', rejectedCount: 0 };
    } catch (error) {
      await this.close();
      const [operation, cause] = error instanceof OperationError ? [error.operation, error.cause] : ['opening', error];
      const reason = this.#parts.failures.stopped(operation, this.#path, cause);
      return { ...retryable(reason, batch, position), retryAfterMillis: RETRY_AFTER_MILLIS };
    }
  }

  /** Closes the current file; the next write opens it again. Never rejects. */
  async close(): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    try {
      await this.#parts.port.close(file.fd);
    } catch (error) {
      // Network file systems report here what they could not store.
      this.#parts.failures.tolerated('closing', this.#path, error);
    }
  }

  /** The open file, after a look at its path where the last one is too long ago; opened where it is not. */
  async #usableFile(): Promise<OpenLogFile> {
    const now = this.#parts.clock.monotonicMillis();
    if (this.#file !== undefined) {
      const fresh = now - this.#file.checkedAtMillis < CHECK_INTERVAL_MILLIS;
      if (fresh || (await this.#isUnchanged(this.#file))) return this.#file;
      await this.#leaveChanged();
    }
    await this.#holdDirectory();
    const file = await openLogFile(this.#parts.port, this.#path, this.#settings.fileMode, now);
    this.#file = file;
    if (file.repaired) {
      this.#repairedLines += 1;
      this.#parts.diagnostics.warn('repaired', `the last line of ${this.#path} was half-written; a newline ends it`);
    }
    if (!this.#retentionChecked) {
      this.#retentionChecked = true;
      await this.#rotated.removeExpired();
    }
    return file;
  }

  /** Makes the directory where it is missing, and takes the lock along when it is another one than before. */
  async #holdDirectory(): Promise<void> {
    const { names, port, lock } = this.#parts;
    try {
      lock.follow(await port.identityOfDirectory(names.directory));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      await port.makeDirectory(names.directory, this.#settings.directoryMode);
      lock.follow(await port.identityOfDirectory(names.directory));
    }
  }

  /** Whether the path leads to the open file, and the file is as this exporter left it. */
  async #isUnchanged(file: OpenLogFile): Promise<boolean> {
    file.checkedAtMillis = this.#parts.clock.monotonicMillis();
    try {
      const facts = await this.#parts.port.factsOfPath(this.#path);
      return facts.device === file.device && facts.inode === file.inode && facts.bytes === file.bytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw new OperationError('checking', error);
    }
  }

  async #leaveChanged(): Promise<void> {
    this.#externalChanges += 1;
    this.#parts.diagnostics.warn(
      'external-change',
      `${this.#path} was renamed, deleted or changed by another program; it is opened again`,
    );
    await this.close();
  }

  async #rotate(file: OpenLogFile): Promise<void> {
    if (!(await this.#isUnchanged(file))) {
      await this.#leaveChanged();
      return;
    }
    // Closed first: Windows renames no open file.
    await this.close();
    await this.#rotated.takeCurrent();
    this.#rotations += 1;
  }

  #count(batch: EncodedLinesBatch, from: LinePosition, to: LinePosition): void {
    this.#writtenBytes += to.offset - from.offset;
    this.#writtenRecords += recordsBetween(batch, from.line, to.line);
  }
}

function recordsBetween(batch: EncodedLinesBatch, firstLine: number, endLine: number): number {
  // The usual batch goes into one file.
  if (firstLine === 0 && endLine === batch.lines.length) return batch.recordCount;
  let records = 0;
  for (let line = firstLine; line < endLine; line += 1) records += batch.lines[line]?.recordCount ?? 0;
  return records;
}

function retryable(reason: string, batch: EncodedLinesBatch, position: LinePosition): RetryableOutcome {
  if (position.line === 0) return { kind: 'retryable', reason };
  return { kind: 'retryable', reason, remaining: remainingLines(batch, position.line) };
}
