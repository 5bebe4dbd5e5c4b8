// SPDX-License-Identifier: Apache-2.0
import { join } from 'node:path';

import type { FailureReports } from './failure-reports.ts';
import type { FileNames } from './file-names.ts';
import type { DirectoryEntry, FilePort } from './file-port.ts';
import { OperationError } from './operation-error.ts';
import { expiredSequences, nextSequence } from './retention.ts';

/** The rotated files of one exporter. Their directory is the only memory, apart from the last sequence given. */
export class RotatedFiles {
  readonly #names: FileNames;
  readonly #port: FilePort;
  readonly #failures: FailureReports;
  readonly #maxFiles: number;
  #lastSequence = 0;
  #deleted = 0;

  constructor(names: FileNames, port: FilePort, failures: FailureReports, maxFiles: number) {
    this.#names = names;
    this.#port = port;
    this.#failures = failures;
    this.#maxFiles = maxFiles;
  }

  /** Files deleted since construction. */
  get deleted(): number {
    return this.#deleted;
  }

  /** Renames the current file, which must be closed, and deletes the oldest above the limit. */
  async takeCurrent(): Promise<void> {
    const entries = await this.#list();
    // All entries count here: a directory of that name would make the rename fail for ever.
    const sequence = nextSequence(sequencesIn(entries, this.#names), this.#lastSequence);
    const name = this.#names.rotated(sequence);
    try {
      await this.#port.rename(this.#names.currentPath, join(this.#names.directory, name));
    } catch (error) {
      throw new OperationError('rotating', error);
    }
    this.#lastSequence = sequence;
    // Before the next file is made, so that there are never more than maxFiles and a full disk gets room.
    await this.#removeExpired([...entries, { name, isRegularFile: true }]);
  }

  /** Deletes the oldest above the limit, which may have been higher before a restart. Never rejects. */
  async removeExpired(): Promise<void> {
    try {
      await this.#removeExpired(await this.#list());
    } catch (error) {
      const cause = error instanceof OperationError ? error.cause : error;
      this.#failures.tolerated('listing the directory of', this.#names.currentPath, cause);
    }
  }

  /** A file that can't be deleted is reported and stays: it must not stop the writing. */
  async #removeExpired(entries: readonly DirectoryEntry[]): Promise<void> {
    // Something else under such a name was not made by an exporter.
    const files = entries.filter((entry) => entry.isRegularFile);
    for (const sequence of expiredSequences(sequencesIn(files, this.#names), this.#maxFiles)) {
      const path = join(this.#names.directory, this.#names.rotated(sequence));
      try {
        await this.#port.remove(path);
        this.#deleted += 1;
      } catch (error) {
        this.#failures.tolerated('deleting', path, error);
      }
    }
  }

  async #list(): Promise<DirectoryEntry[]> {
    try {
      return await this.#port.list(this.#names.directory);
    } catch (error) {
      throw new OperationError('listing the directory of', error);
    }
  }
}

function sequencesIn(entries: readonly DirectoryEntry[], names: FileNames): number[] {
  return entries.map((entry) => names.sequenceOf(entry.name)).filter((sequence) => sequence !== undefined);
}
