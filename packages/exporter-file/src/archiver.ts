// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@logferry/core';
import { dirname } from 'node:path';

import type { Compression } from './compressor.ts';
import type { Owner } from './file-facts.ts';
import { codeOf, type FailureReports } from './failure-reports.ts';
import type { FileMetrics } from './file-metrics.ts';
import { type ArchivedFile, finishedPath, type FinishJob } from './finish-file.ts';
import { FinishThread } from './finish-thread.ts';
import { makeDirectorySync } from './missing-directory.ts';
import type { RecordFormat } from './record-scan.ts';

/** What becomes of rotated files. */
export interface ArchiveSettings {
  readonly compression: Compression;
  /** Undefined: they stay where they are. */
  readonly archiveDirectory: string | undefined;
  readonly directoryMode: number;
  readonly owner: Owner | undefined;
  readonly onArchived: ((file: ArchivedFile) => void | Promise<void>) | undefined;
  readonly recordFormat: RecordFormat;
}

/** The thread stands back behind the application's own until more files than this wait: they take ten times the room. */
const MAX_WAITING_FILES = 3;

/**
 * Compresses and archives rotated files, one at a time, in a worker thread. A file for which that fails stays as it is and is tried again at the next rotation.
 */
export class Archiver {
  /** Files that the retention must not delete at the moment. */
  readonly inWork: Set<string> = new Set();
  readonly #settings: ArchiveSettings;
  readonly #failures: FailureReports;
  readonly #metrics: FileMetrics;
  readonly #clock: Clock;
  readonly #onReleased: () => Promise<void>;
  /** Directories that hold others which were made for the archive: their entries are not durable yet. */
  readonly #unsyncedDirectories: Set<string>;
  readonly #thread: FinishThread;
  readonly #waiting: string[] = [];
  readonly #failed = new Set<string>();
  #isUrgent = false;
  #running: Promise<void> | undefined;
  #archived = 0;

  /** @param onReleased called when a file is no longer in work. */
  constructor(
    settings: ArchiveSettings,
    failures: FailureReports,
    metrics: FileMetrics,
    clock: Clock,
    onReleased: () => Promise<void>,
  ) {
    this.#onReleased = onReleased;
    this.#settings = settings;
    this.#unsyncedDirectories = prepareArchive(settings);
    this.#failures = failures;
    this.#metrics = metrics;
    this.#clock = clock;
    this.#thread = new FinishThread(clock);
  }

  /** Whether anything is done with rotated files. */
  get isNeeded(): boolean {
    return this.changesFiles || this.#settings.onArchived !== undefined;
  }

  /** Whether a file that was not finished can be told by its name or place. */
  get changesFiles(): boolean {
    return this.#settings.compression !== 'none' || this.#settings.archiveDirectory !== undefined;
  }

  /** Files finished since construction. */
  get archived(): number {
    return this.#archived;
  }

  /** Takes a rotated file, and those that failed before. */
  add(path: string): void {
    if (!this.isNeeded) return;
    for (const next of [...this.#failed, path]) {
      if (!this.#waiting.includes(next) && !this.inWork.has(next)) this.#waiting.push(next);
    }
    this.#failed.clear();
    this.#running ??= this.#work();
  }

  /** Resolves when nothing is left to do. Never rejects. */
  async idle(): Promise<void> {
    this.#thread.hold();
    while (this.#running !== undefined) await this.#running;
    await this.#thread.rest();
  }

  async #work(): Promise<void> {
    for (let path = this.#waiting.shift(); path !== undefined; path = this.#waiting.shift()) await this.#finish(path);
    await this.#thread.rest();
    this.#running = this.#waiting.length > 0 ? this.#work() : undefined;
  }

  async #finish(source: string): Promise<void> {
    const { archiveDirectory, compression, directoryMode, owner, onArchived, recordFormat } = this.#settings;
    const directory = archiveDirectory ?? dirname(source);
    const describe = onArchived === undefined ? undefined : recordFormat;
    const unsyncedDirectories = this.#unsyncedDirectories;
    const job: FinishJob = { source, directory, directoryMode, owner, unsyncedDirectories, compression, describe };
    const paths = [source, finishedPath(job)];
    for (const path of paths) this.inWork.add(path);
    const started = this.#clock.monotonicMillis();
    try {
      const file = await this.#thread.finish(job, this.#needsHurry());
      this.#unsyncedDirectories.clear();
      this.#metrics.archived(this.#clock.monotonicMillis() - started, undefined);
      this.#archived += 1;
      if (file !== undefined) await this.#tell(file);
    } catch (error) {
      // Another program took it away, or the retention did before its turn came.
      if (codeOf(error) === 'ENOENT' && !(error as Error).message.includes('.tmp')) return;
      this.#metrics.archived(this.#clock.monotonicMillis() - started, codeOf(error));
      this.#failed.add(source);
      this.#failures.tolerated(compression === 'none' ? 'archiving' : 'compressing', source, error);
    } finally {
      for (const path of paths) this.inWork.delete(path);
      await this.#onReleased();
    }
  }

  /** From the moment at which too many files wait until none does. */
  #needsHurry(): boolean {
    const waiting = this.#waiting.length;
    this.#isUrgent = waiting > MAX_WAITING_FILES || (this.#isUrgent && waiting > 0);
    return this.#isUrgent;
  }

  async #tell(file: ArchivedFile): Promise<void> {
    try {
      await this.#settings.onArchived?.(file);
    } catch (error) {
      this.#failures.tolerated('the onArchived hook for', file.path, error);
    }
  }
}

/** The archive may be on a volume that is not there yet: each archiving tries again, and says what is wrong. */
function prepareArchive({ archiveDirectory, directoryMode, owner }: ArchiveSettings): Set<string> {
  if (archiveDirectory === undefined) return new Set();
  try {
    return new Set(makeDirectorySync(archiveDirectory, directoryMode, owner));
  } catch {
    return new Set();
  }
}
