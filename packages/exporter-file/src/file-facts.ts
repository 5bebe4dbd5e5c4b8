// SPDX-License-Identifier: Apache-2.0
import type { BigIntStats } from 'node:fs';

/** What the exporter looks at in a file; 64-bit numbers, because inodes of some file systems exceed 2^53. */
export interface FileFacts {
  readonly device: bigint;
  readonly inode: bigint;
  readonly bytes: number;
  readonly links: number;
  readonly owner: number;
  readonly group: number;
  /** Permission bits. */
  readonly mode: number;
  /** Of the last write, in milliseconds since the Unix epoch. */
  readonly modifiedMillis: number;
  readonly kind: 'regular file' | 'symbolic link' | 'directory' | 'FIFO' | 'socket' | 'device';
}

/** One name in a directory. */
export interface DirectoryEntry {
  readonly name: string;
  readonly isRegularFile: boolean;
}

/** Numeric ids of the user and the group that a file belongs to. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** The facts in what the system tells of a file. */
export function factsOf(stats: BigIntStats): FileFacts {
  return {
    device: stats.dev,
    inode: stats.ino,
    bytes: Number(stats.size),
    links: Number(stats.nlink),
    owner: Number(stats.uid),
    group: Number(stats.gid),
    mode: Number(stats.mode & 0o777n),
    modifiedMillis: Number(stats.mtimeMs),
    kind: kindOf(stats),
  };
}

function kindOf(stats: BigIntStats): FileFacts['kind'] {
  if (stats.isFile()) return 'regular file';
  if (stats.isSymbolicLink()) return 'symbolic link';
  if (stats.isDirectory()) return 'directory';
  if (stats.isFIFO()) return 'FIFO';
  return stats.isSocket() ? 'socket' : 'device';
}
