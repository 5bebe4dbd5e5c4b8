// SPDX-License-Identifier: Apache-2.0

/**
 * The current file: opening it with all checks, noticing what other programs do to it, making it durable, closing it.
 * After any failure it is closed, so that there is one way back.
 */
import type { Clock, Diagnostics } from '@logferry/core';

import { appendLines } from './append-lines.ts';
import { codeOf, type FailureReports } from './failure-reports.ts';
import type { FileMetrics } from './file-metrics.ts';
import type { FileNames } from './file-names.ts';
import type { FsyncPolicy } from './fsync-policy.ts';
import { type LogFileSettings, openLogFile, type OpenLogFile } from './open-log-file.ts';
import { OperationError } from './operation-error.ts';
import type { PathLock } from './path-lock.ts';
import { call, type Steps } from './steps.ts';

/** What the current file works with. */
export interface CurrentFileParts {
  readonly names: FileNames;
  readonly lock: PathLock;
  readonly clock: Clock;
  readonly diagnostics: Diagnostics;
  readonly failures: FailureReports;
  readonly metrics: FileMetrics;
  /** Directories whose new entries a power cut can take: they hold directories that the exporter made. */
  readonly unsyncedDirectories: Set<string>;
}

/** How its files and directories are made. */
export interface CurrentFileSettings extends LogFileSettings {
  readonly directoryMode: number;
  readonly fsync: FsyncPolicy;
}

/** How long a rename, deletion or truncation by another program may go unseen: one look a second costs nothing. */
const CHECK_INTERVAL_MILLIS = 1_000;

/** The system could not make a file durable: what it still holds of it is not to be trusted. */
export class SyncError extends OperationError {}

export class CurrentFile {
  readonly #settings: CurrentFileSettings;
  readonly #parts: CurrentFileParts;
  readonly #path: string;
  #file: OpenLogFile | undefined;
  #repairedLines = 0;
  #externalChanges = 0;

  constructor(settings: CurrentFileSettings, parts: CurrentFileParts) {
    this.#settings = settings;
    this.#parts = parts;
    this.#path = parts.names.currentPath;
  }

  /** Undefined while it is closed. */
  get open(): OpenLogFile | undefined {
    return this.#file;
  }

  get repairedLines(): number {
    return this.#repairedLines;
  }

  get externalChanges(): number {
    return this.#externalChanges;
  }

  /** The open file, after a look at its path where the last one is too long ago; undefined when it must be opened. */
  *unchanged(): Steps<OpenLogFile | undefined> {
    const file = this.#file;
    if (file === undefined) return undefined;
    const fresh = this.#parts.clock.monotonicMillis() - file.checkedAtMillis < CHECK_INTERVAL_MILLIS;
    return fresh || (yield* this.isUnchanged(file)) ? file : undefined;
  }

  /** Opens it. */
  *reopen(): Steps<OpenLogFile> {
    yield* this.#holdDirectory();
    const file = yield* openLogFile(this.#path, this.#settings, this.#parts.clock.monotonicMillis());
    this.#file = file;
    if (file.repaired) {
      this.#repairedLines += 1;
      this.#parts.diagnostics.warn('repaired', `the last line of ${this.#path} was half-written; a newline ends it`);
    }
    return file;
  }

  /** Whether the path leads to the open file, and the file is as this exporter left it. If not, it is closed. */
  *isUnchanged(file: OpenLogFile): Steps<boolean> {
    file.checkedAtMillis = this.#parts.clock.monotonicMillis();
    if (yield* this.#isAsLeft(file)) return true;
    this.#externalChanges += 1;
    this.#parts.diagnostics.warn(
      'external-change',
      `${this.#path} was renamed, deleted or changed by another program; it is opened again`,
    );
    // What it holds of the batch in hand would otherwise count as durable together with the rest.
    if (this.#settings.fsync === 'every-batch') yield* this.sync();
    yield* this.close();
    return false;
  }

  /** Writes a text of whole lines that is no record: a header or a footer. Never throws. */
  *writeText(file: OpenLogFile, text: string): Steps<void> {
    const bytes = Buffer.from(text);
    const lines = [{ endOffset: bytes.byteLength, recordCount: 0 }];
    const result = yield* appendLines(file, { bytes: new Uint8Array(bytes), lines }, { line: 0, offset: 0 }, 1);
    file.needsSync = true;
    if (result.failure !== undefined) this.#parts.failures.tolerated('writing', this.#path, result.failure.cause);
  }

  /** @throws SyncError; the file is closed then, because a second fsync of the same descriptor would lie. */
  *sync(): Steps<void> {
    const file = this.#file;
    if (file === undefined || !file.needsSync) return;
    const { clock, metrics } = this.#parts;
    const started = clock.monotonicMillis();
    try {
      yield* call('sync', file.fd);
    } catch (error) {
      metrics.synced(clock.monotonicMillis() - started, codeOf(error));
      yield* this.close();
      throw new SyncError('syncing', error);
    }
    file.needsSync = false;
    metrics.synced(clock.monotonicMillis() - started, undefined);
  }

  /** Closes it; the next write opens it again. Never throws. */
  *close(): Steps<void> {
    const file = this.#file;
    if (file === undefined) return;
    this.#file = undefined;
    try {
      yield* call('close', file.fd);
    } catch (error) {
      // Network file systems report here what they could not store.
      this.#parts.failures.tolerated('closing', this.#path, error);
    }
  }

  *#isAsLeft(file: OpenLogFile): Steps<boolean> {
    try {
      const facts = yield* call('factsOfPath', this.#path);
      return facts.device === file.device && facts.inode === file.inode && facts.bytes === file.bytes;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw new OperationError('checking', error);
    }
  }

  /** Makes the directory where it is missing, and takes the lock along when it is another one than before. */
  *#holdDirectory(): Steps<void> {
    const { names, lock, unsyncedDirectories } = this.#parts;
    try {
      lock.follow(yield* call('identityOfDirectory', names.directory));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      const { directoryMode, owner } = this.#settings;
      for (const parent of yield* call('makeDirectory', names.directory, directoryMode, owner)) {
        unsyncedDirectories.add(parent);
      }
      lock.follow(yield* call('identityOfDirectory', names.directory));
    }
    if (this.#settings.fsync !== 'never') yield* this.#syncParents();
  }

  /** A file is not durable before the names of the directories that lead to it are. */
  *#syncParents(): Steps<void> {
    const { failures, unsyncedDirectories } = this.#parts;
    for (const directory of unsyncedDirectories) {
      try {
        yield* call('syncDirectory', directory);
        unsyncedDirectories.delete(directory);
      } catch (error) {
        failures.tolerated('syncing the directory above', this.#path, error);
      }
    }
  }
}
