// SPDX-License-Identifier: Apache-2.0
import type { Clock } from '@logferry/core';
import { join } from 'node:path';

import type { FailureReports } from './failure-reports.ts';
import type { DirectoryEntry } from './file-facts.ts';
import type { CompressedSuffix, FileNames, RotationReason } from './file-names.ts';
import { OperationError } from './operation-error.ts';
import { expiredFiles, nextSequence, type RetentionLimits } from './retention.ts';
import { call, type Steps } from './steps.ts';
import type { TimeZone } from './time-zone.ts';

/** A rotated file, in the log's own directory or in the archive. */
export interface RotatedFile {
  readonly directory: string;
  readonly name: string;
  readonly sequence: number;
  readonly compressed: CompressedSuffix | undefined;
}

/** The current file after its rename. */
export interface TakenFile {
  readonly path: string;
  /** Every rotated file there is now. */
  readonly files: readonly RotatedFile[];
}

/** What rotated files need to know. */
export interface RotatedFilesSettings extends RetentionLimits {
  readonly maxFileBytes: number;
  readonly archiveDirectory: string | undefined;
  readonly syncDirectories: boolean;
  readonly timeZone: TimeZone;
}

/** The rotated files of one exporter. Their directories are the only memory, apart from the last sequence given. */
export class RotatedFiles {
  readonly #names: FileNames;
  readonly #failures: FailureReports;
  readonly #settings: RotatedFilesSettings;
  readonly #clock: Clock;
  /** Paths that must not be deleted at the moment. */
  readonly #inWork: ReadonlySet<string>;
  /** Sequences of files that are to be deleted once nothing works on them. */
  readonly #deferred = new Set<number>();
  #lastSequence = 0;
  #deleted = 0;

  constructor(
    names: FileNames,
    failures: FailureReports,
    settings: RotatedFilesSettings,
    clock: Clock,
    inWork: ReadonlySet<string>,
  ) {
    this.#names = names;
    this.#failures = failures;
    this.#settings = settings;
    this.#clock = clock;
    this.#inWork = inWork;
  }

  /** Files deleted since construction. */
  get deleted(): number {
    return this.#deleted;
  }

  /** Whether a file goes because its last write is too long ago. */
  isAged(lastWriteMillis: number): boolean {
    return this.#clock.wallMillis() - lastWriteMillis > this.#settings.maxAgeMillis;
  }

  /** Renames the current file, which must be closed. What is above the limits then is left to `removeAmong`. */
  *takeCurrent(reason: RotationReason, lastWriteMillis: number): Steps<TakenFile> {
    const entries = yield* this.#list(this.#names.directory);
    const archived = yield* this.#listArchive();
    const files = [...this.#rotatedIn(this.#names.directory, entries), ...archived];
    // All entries count here: a directory of that name would make the rename fail for ever.
    const taken = [...files, ...this.#rotatedIn(this.#names.directory, entries, true)].map((file) => file.sequence);
    const sequence = nextSequence(taken, this.#lastSequence);
    const localTime = this.#settings.timeZone.localText(lastWriteMillis);
    const name = this.#names.rotated({ sequence, reason, localTime });
    const path = join(this.#names.directory, name);
    try {
      yield* call('rename', this.#names.currentPath, path);
    } catch (error) {
      throw new OperationError('rotating', error);
    }
    this.#lastSequence = sequence;
    if (this.#settings.syncDirectories) yield* this.syncDirectory();
    return { path, files: [...files, { directory: this.#names.directory, name, sequence, compressed: undefined }] };
  }

  /** Deletes what is above the limits, where these are all files and there is no current one. */
  *removeAmong(files: readonly RotatedFile[]): Steps<void> {
    yield* this.#removeExpired(files, 0);
  }

  /** Deletes what is above the limits, which may have been wider before a restart. Never throws. */
  *removeExpired(currentBytes: number): Steps<void> {
    try {
      yield* this.#removeExpired(yield* this.all(), currentBytes);
    } catch (error) {
      this.#tolerateListing(error);
    }
  }

  /** Whether there are files that could not be deleted while they were in work. */
  get hasDeferred(): boolean {
    return this.#deferred.size > 0;
  }

  /** Deletes the files that could not be deleted while they were in work. Never throws. */
  *removeDeferred(): Steps<void> {
    try {
      for (const file of yield* this.all()) {
        if (this.#deferred.has(file.sequence) && !this.#inWork.has(join(file.directory, file.name))) {
          yield* this.#remove(file);
        }
      }
    } catch (error) {
      this.#tolerateListing(error);
    }
    this.#deferred.clear();
  }

  /** Every rotated file there is. */
  *all(): Steps<RotatedFile[]> {
    const entries = yield* this.#list(this.#names.directory);
    return [...this.#rotatedIn(this.#names.directory, entries), ...(yield* this.#listArchive())];
  }

  /** Deletes what a crash left half-made, and finds the files that are still as they were written. Never throws. */
  *unfinished(): Steps<string[]> {
    for (const directory of [this.#names.directory, this.#settings.archiveDirectory]) {
      if (directory !== undefined) yield* this.#removeTemporary(directory);
    }
    try {
      const files = yield* this.all();
      const plain = files.filter((file) => file.directory === this.#names.directory && file.compressed === undefined);
      return plain.toSorted((a, b) => a.sequence - b.sequence).map((file) => join(file.directory, file.name));
    } catch (error) {
      this.#tolerateListing(error);
      return [];
    }
  }

  /** Makes the names in the log's directory durable. Never throws. */
  *syncDirectory(): Steps<void> {
    try {
      yield* call('syncDirectory', this.#names.directory);
    } catch (error) {
      this.#failures.tolerated('syncing the directory of', this.#names.currentPath, error);
    }
  }

  /** A file that can't be deleted is reported and stays: it must not stop the writing. */
  *#removeExpired(files: readonly RotatedFile[], currentBytes: number): Steps<void> {
    const { maxFileBytes, maxTotalBytes } = this.#settings;
    const measured = yield* this.#measure(files);
    // The room that the current file may fill is kept free, so that the total holds at any time.
    const reserved = maxFileBytes < maxTotalBytes ? maxFileBytes : currentBytes;
    for (const file of expiredFiles(measured, this.#settings, reserved, this.#clock.wallMillis())) {
      // Kept for now; newer ones that go in the meantime would leave a gap if it were forgotten.
      if (this.#inWork.has(join(file.directory, file.name))) this.#deferred.add(file.sequence);
      else yield* this.#remove(file);
    }
  }

  *#remove(file: RotatedFile): Steps<void> {
    const path = join(file.directory, file.name);
    try {
      yield* call('remove', path);
      this.#deleted += 1;
    } catch (error) {
      // Taken away by another program, or by the compression that has just ended.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
      this.#failures.tolerated('deleting', path, error);
    }
  }

  /** Sizes and times, where a limit asks for them. */
  *#measure(files: readonly RotatedFile[]): Steps<(RotatedFile & { bytes: number; modifiedMillis: number })[]> {
    const { maxAgeMillis, maxTotalBytes } = this.#settings;
    const isNeeded = maxAgeMillis !== Infinity || maxTotalBytes !== Infinity;
    const measured = [];
    for (const file of files) {
      let bytes = 0;
      let modifiedMillis = Infinity;
      if (isNeeded) {
        try {
          ({ bytes, modifiedMillis } = yield* call('factsOfPath', join(file.directory, file.name)));
        } catch {
          // It went away since it was listed, and takes no room.
        }
      }
      measured.push({ ...file, bytes, modifiedMillis });
    }
    return measured;
  }

  *#removeTemporary(directory: string): Steps<void> {
    let entries: readonly DirectoryEntry[] = [];
    try {
      entries = yield* this.#list(directory);
    } catch (error) {
      this.#tolerateListing(error);
    }
    for (const { name, isRegularFile } of entries) {
      if (!isRegularFile || !this.#names.isTemporary(name)) continue;
      const path = join(directory, name);
      try {
        yield* call('remove', path);
      } catch (error) {
        this.#failures.tolerated('deleting', path, error);
      }
    }
  }

  *#listArchive(): Steps<RotatedFile[]> {
    const { archiveDirectory } = this.#settings;
    if (archiveDirectory === undefined) return [];
    try {
      return this.#rotatedIn(archiveDirectory, yield* this.#list(archiveDirectory));
    } catch (error) {
      // The archive may be away for a while: writing goes on without it.
      this.#tolerateListing(error);
      return [];
    }
  }

  *#list(directory: string): Steps<DirectoryEntry[]> {
    try {
      return yield* call('list', directory);
    } catch (error) {
      throw new OperationError('listing the directory of', error);
    }
  }

  #rotatedIn(directory: string, entries: readonly DirectoryEntry[], isAnyKind: boolean = false): RotatedFile[] {
    const files: RotatedFile[] = [];
    for (const { name, isRegularFile } of entries) {
      // Something else under such a name was not made by an exporter.
      if (!isRegularFile && !isAnyKind) continue;
      const parsed = this.#names.parse(name);
      if (parsed !== undefined) files.push({ directory, name, ...parsed });
    }
    return files;
  }

  #tolerateListing(error: unknown): void {
    const cause = error instanceof OperationError ? error.cause : error;
    this.#failures.tolerated('listing the directory of', this.#names.currentPath, cause);
  }
}
