// SPDX-License-Identifier: Apache-2.0
import {
  chmod,
  chown,
  close,
  constants,
  fchmod,
  fchown,
  fdatasync,
  fstat,
  fsync,
  ftruncate,
  lstat,
  mkdir,
  open,
  read,
  readdir,
  rename,
  stat,
  unlink,
  write,
} from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

import { type DirectoryEntry, factsOf, type FileFacts, type Owner } from './file-facts.ts';
import { createdDirectories } from './missing-directory.ts';
import type { DirectoryIdentity } from './path-lock.ts';

/**
 * Every file operation that runs after construction. None blocks the event loop; each rejects with the system's error.
 * Tests put faults here.
 */
export interface FilePort {
  /** Opens for reading and appending, creates when missing, follows no symbolic link and never waits for a FIFO's peer. */
  open(path: string, mode: number): Promise<number>;
  /** Appends `bytes[from, to)`; resolves to the number of bytes written, which may be smaller. */
  append(fd: number, bytes: Uint8Array, from: number, to: number): Promise<number>;
  readByte(fd: number, position: number): Promise<number | undefined>;
  factsOfOpen(fd: number): Promise<FileFacts>;
  /** Of the path itself: a symbolic link is not followed. */
  factsOfPath(path: string): Promise<FileFacts>;
  /** Of the directory that a path leads to, through symbolic links. */
  identityOfDirectory(path: string): Promise<DirectoryIdentity>;
  truncate(fd: number, bytes: number): Promise<void>;
  setMode(fd: number, mode: number): Promise<void>;
  setOwner(fd: number, owner: Owner): Promise<void>;
  /** Makes the content of a file durable (fdatasync). */
  sync(fd: number): Promise<void>;
  /** Makes the names in a directory durable (fsync); nothing where the system has no such thing. */
  syncDirectory(path: string): Promise<void>;
  close(fd: number): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  list(directory: string): Promise<DirectoryEntry[]>;
  /**
   * With the parents that are missing; each one that it creates gets exactly `mode`, and the owner where one is given.
   * Resolves to the directories that hold the new ones.
   */
  makeDirectory(path: string, mode: number, owner: Owner | undefined): Promise<string[]>;
}

// O_APPEND: after another program truncated the file, no write leaves a hole of NULs. O_NONBLOCK: opening a FIFO would
// wait for ever. O_RDWR: the last byte is read to find a half-written line. Windows lacks three of them.
export const OPEN_FLAGS: number =
  constants.O_RDWR |
  constants.O_APPEND |
  constants.O_CREAT |
  (constants.O_NOFOLLOW ?? 0) |
  (constants.O_NONBLOCK ?? 0) |
  (constants.O_NOCTTY ?? 0);

// Descriptors as numbers, not FileHandles: a write at the exit of the process, which must be synchronous, shares them.
const openAsync = promisify(open);
const closeAsync = promisify(close);
const fstatAsync = promisify(fstat);
const fsyncAsync = promisify(fsync);
const lstatAsync = promisify(lstat);
const chmodAsync = promisify(chmod);
const chownAsync = promisify(chown);
const fchownAsync = promisify(fchown);
const statAsync = promisify(stat);
const readdirAsync = promisify(readdir);

/** The file system of this machine. */
export const nodeFilePort: FilePort = {
  open: (path, mode) => openAsync(path, OPEN_FLAGS, mode),
  append: (fd, bytes, from, to) =>
    new Promise((resolve, reject) => {
      write(fd, bytes, from, to - from, null, (error, written) => (error === null ? resolve(written) : reject(error)));
    }),
  readByte: (fd, position) =>
    new Promise((resolve, reject) => {
      const byte = new Uint8Array(1);
      read(fd, byte, 0, 1, position, (error, count) => {
        if (error === null) resolve(count === 1 ? byte[0] : undefined);
        else reject(error);
      });
    }),
  factsOfOpen: async (fd) => factsOf(await fstatAsync(fd, { bigint: true })),
  factsOfPath: async (path) => factsOf(await lstatAsync(path, { bigint: true })),
  identityOfDirectory: async (path) => {
    const stats = await statAsync(path, { bigint: true });
    return { device: stats.dev, inode: stats.ino };
  },
  truncate: promisify(ftruncate),
  setMode: promisify(fchmod),
  setOwner: async (fd, { uid, gid }) => await fchownAsync(fd, uid, gid),
  sync: promisify(fdatasync),
  syncDirectory: async (path) => {
    if (process.platform === 'win32') return;
    const fd = await openAsync(path, constants.O_RDONLY);
    try {
      await fsyncAsync(fd);
    } finally {
      await closeAsync(fd);
    }
  },
  close: closeAsync,
  rename: promisify(rename),
  remove: promisify(unlink),
  list: async (directory) => {
    const entries = await readdirAsync(directory, { withFileTypes: true });
    return entries.map((entry) => ({ name: entry.name, isRegularFile: entry.isFile() }));
  },
  makeDirectory: async (path, mode, owner) => {
    const first = await new Promise<string | undefined>((resolve, reject) => {
      mkdir(path, { recursive: true, mode }, (error, created) => (error === null ? resolve(created) : reject(error)));
    });
    const created = createdDirectories(first, path);
    for (const directory of created) {
      await chmodAsync(directory, mode);
      if (owner !== undefined) await chownAsync(directory, owner.uid, owner.gid);
    }
    return created.map((directory) => dirname(directory));
  },
};
