// SPDX-License-Identifier: Apache-2.0
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';

import { factsOf } from './file-facts.ts';
import { type FilePort, OPEN_FLAGS } from './file-port.ts';
import { makeDirectorySync } from './missing-directory.ts';
import type { Call, SyncOperations } from './steps.ts';
import { syncDirectorySync } from './sync-directory.ts';

type SyncPort = {
  readonly [K in keyof FilePort]: (...args: Parameters<FilePort[K]>) => Awaited<ReturnType<FilePort[K]>>;
};

const syncPort: SyncPort = {
  open: (path, mode) => openSync(path, OPEN_FLAGS, mode),
  append: (fd, bytes, from, to) => writeSync(fd, bytes, from, to - from, null),
  readByte: (fd, position) => {
    const byte = new Uint8Array(1);
    return readSync(fd, byte, 0, 1, position) === 1 ? byte[0] : undefined;
  },
  factsOfOpen: (fd) => factsOf(fstatSync(fd, { bigint: true })),
  factsOfPath: (path) => factsOf(lstatSync(path, { bigint: true })),
  identityOfDirectory: (path) => {
    const stats = statSync(path, { bigint: true });
    return { device: stats.dev, inode: stats.ino };
  },
  truncate: ftruncateSync,
  setMode: fchmodSync,
  setOwner: (fd, { uid, gid }) => fchownSync(fd, uid, gid),
  sync: fdatasyncSync,
  syncDirectory: syncDirectorySync,
  close: closeSync,
  rename: renameSync,
  remove: unlinkSync,
  list: (directory) =>
    readdirSync(directory, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      isRegularFile: entry.isFile(),
    })),
  makeDirectory: makeDirectorySync,
};

/**
 * File operations at the exit of the process. A pool thread may still be about to do the operation that was in flight, and
 * it can't be called back: doing a rename or a truncation again could hit a file that was made since. So what changes
 * something is waited for, by its effect, and only what is harmless twice is repeated.
 */
export class ExitFileOperations implements SyncOperations {
  readonly #deadlineMillis: number;

  /** @param timeoutMillis how long the operations that are in flight may take. */
  constructor(timeoutMillis: number) {
    this.#deadlineMillis = performance.now() + timeoutMillis;
  }

  get isTimeUp(): boolean {
    return performance.now() >= this.#deadlineMillis;
  }

  perform({ name, args }: Call): unknown {
    const operation = syncPort[name] as (...args: unknown[]) => unknown;
    return operation(...args);
  }

  settle(call: Call): unknown {
    switch (call.name) {
      case 'append':
        return this.#settleAppend(call as Call<'append'>);
      case 'rename': {
        const [, to] = call.args as Parameters<FilePort['rename']>;
        return this.#waitFor(() => lstatSync(to, { throwIfNoEntry: false }) !== undefined, 'rename');
      }
      case 'truncate': {
        const [fd, bytes] = call.args as Parameters<FilePort['truncate']>;
        return this.#waitFor(() => fstatSync(fd).size === bytes, 'truncation');
      }
      case 'close':
        // A second close could hit another file that got the same number.
        return undefined;
      case 'remove':
        return this.#settleRemoval(call);
      default:
        return this.perform(call);
    }
  }

  #settleAppend(call: Call<'append'>): number {
    const [fd, , from, to] = call.args;
    const before = call.bytesBefore ?? 0;
    const written = (): number => Math.min(Math.max(fstatSync(fd).size - before, 0), to - from);
    const startedMillis = performance.now();
    // An operation that failed leaves no trace: after half of the time it is taken for failed.
    const limitMillis = startedMillis + (this.#deadlineMillis - startedMillis) / 2;
    while (written() < to - from && performance.now() < limitMillis) sleepMillisecond();
    const count = written();
    return count > 0 ? count : (this.perform(call) as number);
  }

  #settleRemoval(call: Call): void {
    try {
      this.perform(call);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }

  #waitFor(isDone: () => boolean, what: string): void {
    while (!isDone()) {
      if (this.isTimeUp) throw new Error(`the ${what} in flight did not end in time`);
      sleepMillisecond();
    }
  }
}

function sleepMillisecond(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}
