// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@logferry/core';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { Owner } from './file-facts.ts';
import { codeOf, type FailureReports } from './failure-reports.ts';
import type { FileMetrics } from './file-metrics.ts';
import { type ArchivedFile, type Compression, finishedPath, type FinishJob } from './finish-file.ts';
import type { FinishAnswer } from './finish-worker.ts';
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

/**
 * Compresses and archives rotated files, one at a time, in a worker thread that lives as long as there is something to do.
 * A file for which that fails stays as it is and is tried again at the next rotation.
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
  readonly #waiting: string[] = [];
  readonly #failed = new Set<string>();
  #worker: Worker | undefined;
  #running: Promise<void> | undefined;
  #archived = 0;
  /** Whether somebody waits for the thread, which keeps the process alive then. */
  #isAwaited = false;

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
    this.#isAwaited = true;
    this.#worker?.ref();
    while (this.#running !== undefined) await this.#running;
  }

  async #work(): Promise<void> {
    for (let path = this.#waiting.shift(); path !== undefined; path = this.#waiting.shift()) await this.#finish(path);
    await this.#worker?.terminate();
    this.#worker = undefined;
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
      const file = await this.#inWorker(job);
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

  async #tell(file: ArchivedFile): Promise<void> {
    try {
      await this.#settings.onArchived?.(file);
    } catch (error) {
      this.#failures.tolerated('the onArchived hook for', file.path, error);
    }
  }

  async #inWorker(job: FinishJob): Promise<ArchivedFile | undefined> {
    const worker = (this.#worker ??= startWorker());
    if (this.#isAwaited) worker.ref();
    const answer = await answerOf(worker, job).catch((error: unknown) => {
      this.#worker = undefined;
      throw error;
    });
    if (answer.ok) return answer.file;
    throw Object.assign(new Error(answer.message), { code: answer.code });
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

/** A thread that does not keep the process alive: what it leaves undone, the next start does. */
function startWorker(): Worker {
  const name = import.meta.url.endsWith('.ts') ? './finish-worker.ts' : './finish-worker.js';
  // Nothing of the application is loaded there: no preloaded modules, no options for other programs.
  const worker = new Worker(new URL(name, import.meta.url), { execArgv: [], env: {} });
  worker.unref();
  return worker;
}

/** Rejects when the thread ends without an answer. */
async function answerOf(worker: Worker, job: FinishJob): Promise<FinishAnswer> {
  const listening = new AbortController();
  const { signal } = listening;
  try {
    const answer = once(worker, 'message', { signal });
    const ended = once(worker, 'exit', { signal }).then(() => {
      throw new Error('the worker thread ended');
    });
    worker.postMessage(job);
    const [message] = await Promise.race([answer, ended]);
    return message as FinishAnswer;
  } finally {
    listening.abort();
  }
}
