// SPDX-License-Identifier: Apache-2.0
import { type Diagnostics, type EncodedBatch, type SendOutcome, withinDeadline } from '@logferry/core';

import { Archiver } from './archiver.ts';
import { pointLink } from './current-link.ts';
import type { Destination, DestinationStats } from './destination.ts';
import { onProcessExit } from './exit-flush.ts';
import { FailureReports } from './failure-reports.ts';
import { FileHooks } from './file-hooks.ts';
import { FileMetrics } from './file-metrics.ts';
import { FileNames, type RotationReason } from './file-names.ts';
import type { FilePort } from './file-port.ts';
import { FileTimers } from './file-timers.ts';
import type { PathLock } from './path-lock.ts';
import { PeriodClock } from './period-clock.ts';
import { lockPath } from './preflight.ts';
import type { ResolvedOptions } from './resolve-options.ts';
import { RotatedFiles } from './rotated-files.ts';
import { RotatingFile } from './rotating-file.ts';
import { ExitFileOperations } from './sync-file-operations.ts';
import { WriteQueue, type WriteRequest } from './write-queue.ts';

/** How long the exit of the process may take where no processor says it. */
const EXIT_TIMEOUT_MILLIS = 2_000;

/** How long a shutdown waits for rotated files to be compressed and archived; the next start does what is left. */
const ARCHIVE_TIMEOUT_MILLIS = 30_000;

/** The files of one exporter, and all that works on them. */
export class LogFiles implements Destination {
  readonly path: string;
  readonly metrics: FileMetrics;
  readonly #settings: ResolvedOptions;
  readonly #lock: PathLock;
  readonly #failures: FailureReports;
  readonly #rotated: RotatedFiles;
  readonly #archiver: Archiver;
  readonly #file: RotatingFile;
  readonly #queue: WriteQueue;
  readonly #timers: FileTimers;
  readonly #stopListening: () => void;

  /** @throws LogferryError `UNUSABLE_FILE` */
  constructor(settings: ResolvedOptions, diagnostics: Diagnostics, port: FilePort) {
    this.#settings = settings;
    const { clock } = settings;
    this.metrics = new FileMetrics(settings.meterProvider);
    const { lock, path, unsyncedDirectories } = lockPath(settings);
    this.#lock = lock;
    this.path = path;
    const names = new FileNames(path, settings.rotatedName);
    this.#failures = new FailureReports(diagnostics, settings.onError);
    this.#archiver = new Archiver(settings, this.#failures, this.metrics, clock, async () => {
      if (this.#rotated.hasDeferred) await this.#queue.run(() => this.#rotated.removeDeferred());
    });
    const rotatedSettings = { ...settings, syncDirectories: settings.fsync !== 'never' };
    this.#rotated = new RotatedFiles(names, this.#failures, rotatedSettings, clock, this.#archiver.inWork);
    const period = new PeriodClock(settings.schedule, clock);
    this.#file = new RotatingFile(settings, {
      names,
      lock,
      clock,
      diagnostics,
      failures: this.#failures,
      metrics: this.metrics,
      unsyncedDirectories,
      rotated: this.#rotated,
      period,
      hooks: new FileHooks(path, settings.header, settings.footer, this.#failures),
      onOpened: () => this.#pointLink(),
      onRotated: (rotated) => this.#archiver.add(rotated),
    });
    this.#queue = new WriteQueue((batch, signal) => this.#file.write(batch, signal), port, clock);
    this.#timers = new FileTimers(settings, period, clock, {
      rotateWhenDue: () => this.#queue.run(() => this.#file.rotateWhenDue()),
      sync: () => this.#queue.run(() => this.#file.syncCurrent()),
      removeAged: () => this.#queue.run(() => this.#file.removeAged()),
    });
    this.#stopListening = this.#listen();
    if (this.#archiver.changesFiles) void this.#resumeArchiving();
  }

  /** Bytes of batches that wait for the disk. */
  get pendingBytes(): number {
    return this.#queue.pendingBytes;
  }

  /** Writes a batch in its turn. Never rejects. */
  async write(request: WriteRequest): Promise<SendOutcome> {
    const outcome = await this.#queue.write(request);
    if (this.#file.needsSync) this.#timers.wrote();
    return outcome;
  }

  /** Rotates the current file in its turn, if it holds anything. Never rejects. */
  rotate(reason: RotationReason): Promise<boolean> {
    return this.#queue.run(() => this.#file.rotate(reason));
  }

  /** Resolves when everything that was queued before has ended. */
  settled(): Promise<void> {
    return this.#queue.settled();
  }

  /** Does all that is queued, and writes the batches, without returning to the event loop: the process exits. */
  finishSync(batches: readonly EncodedBatch[], timeoutMillis: number): SendOutcome[] {
    return this.#queue.finishSync(batches, new ExitFileOperations(timeoutMillis));
  }

  /** Closes the current file, waits for the archiving, and frees the path. Never rejects. */
  async close(): Promise<void> {
    this.#timers.stop();
    await this.#queue.run(() => this.#file.close());
    this.#stopListening();
    await withinDeadline(this.#archiver.idle(), ARCHIVE_TIMEOUT_MILLIS, this.#settings.clock);
    this.#lock.release();
  }

  stats(): DestinationStats {
    return {
      currentFile: this.path,
      currentFileBytes: this.#file.currentBytes,
      ...this.#file.counts(),
      pendingBytes: this.#queue.pendingBytes,
      archivedFiles: this.#archiver.archived,
      failures: this.#failures.counts(),
      drops: this.metrics.drops(),
    };
  }

  #listen(): () => void {
    const stopExit = onProcessExit(() => this.finishSync([], EXIT_TIMEOUT_MILLIS));
    const { rotateOnSignal } = this.#settings;
    if (rotateOnSignal === undefined) return stopExit;
    const onSignal = (): void => void this.rotate('signal');
    process.on(rotateOnSignal, onSignal);
    return () => {
      stopExit();
      process.off(rotateOnSignal, onSignal);
    };
  }

  #pointLink(): void {
    const { currentLink } = this.#settings;
    if (currentLink === undefined) return;
    void pointLink(currentLink, this.path).catch((error: unknown) => {
      this.#failures.tolerated('linking', currentLink, error);
    });
  }

  /** What the last process left undone. */
  async #resumeArchiving(): Promise<void> {
    const paths = await this.#queue.run(() => this.#rotated.unfinished());
    for (const path of paths) this.#archiver.add(path);
  }
}
