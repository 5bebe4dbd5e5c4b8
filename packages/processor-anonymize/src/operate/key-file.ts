// SPDX-License-Identifier: Apache-2.0

/** Reads key files: regular files that nobody else can read, not through a symbolic link, and no more than some pages. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from 'node:fs';

import { LogferryError } from '@logferry/core';

import { type KeyOptions, type KeyProvider, parseKeys } from './key-options.ts';

/** A thousand keys. What is longer is another file. */
const MAX_BYTES = 64 * 1024;

// O_NONBLOCK: to open a FIFO would wait for its writer. Windows lacks both.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * A provider that reads a key file each time that it is asked: a line `id:base64` for each key, the active one first, `#` before
 * comments. It takes a regular file of at most 64 KiB that only its owner can read (mode 0600 or 0400), and whose owner is the
 * user of the process or root; it follows no symbolic link.
 *
 * What it throws: LogferryError `UNUSABLE_FILE` when the file can't be read or isn't such a file, `INVALID_OPTION` for what is in
 * it; both name the path, and nothing of the content.
 */
export function keyFile(path: string): KeyProvider {
  return () => readKeyFile(path);
}

/** @throws LogferryError `UNUSABLE_FILE`, `INVALID_OPTION` */
export function readKeyFile(path: string): readonly KeyOptions[] {
  const name = `the key file ${JSON.stringify(path)}`;
  return parseKeys(readText(path, name), name);
}

function readText(path: string, name: string): string {
  let descriptor: number;
  try {
    // Where there is no O_NOFOLLOW this is the only check; elsewhere it names the reason.
    if (lstatSync(path).isSymbolicLink()) throw unusable(name, 'is a symbolic link');
    descriptor = openSync(path, FLAGS);
  } catch (cause) {
    throw cause instanceof LogferryError ? cause : unusable(name, "can't be read", cause);
  }
  try {
    // Of what was opened, so that no other file can take its place in between.
    const problem = problemOf(fstatSync(descriptor));
    if (problem !== undefined) throw unusable(name, problem);
    return readBounded(descriptor, name);
  } catch (cause) {
    throw cause instanceof LogferryError ? cause : unusable(name, "can't be read", cause);
  } finally {
    closeSync(descriptor);
  }
}

function problemOf(stats: Stats): string | undefined {
  if (!stats.isFile()) return 'is no regular file';
  if (stats.size > MAX_BYTES) return `is larger than ${MAX_BYTES} bytes`;
  // Windows has no such owners and modes.
  const user = process.geteuid?.();
  if (user === undefined) return undefined;
  if (stats.uid !== user && stats.uid !== 0) return 'belongs to another user';
  const mode = stats.mode & 0o777;
  return (mode & 0o077) === 0
    ? undefined
    : `must be for its owner alone (mode 0600); its mode is 0${mode.toString(8).padStart(3, '0')}`;
}

function readBounded(descriptor: number, name: string): string {
  const bytes = Buffer.alloc(MAX_BYTES + 1);
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    length += count;
    if (count === 0) break;
    // It grew while it was read.
    if (length > MAX_BYTES) throw unusable(name, `is larger than ${MAX_BYTES} bytes`);
  }
  const text = bytes.toString('utf8', 0, length);
  bytes.fill(0);
  return text;
}

function unusable(name: string, problem: string, cause?: unknown): LogferryError {
  return new LogferryError('UNUSABLE_FILE', `${name} ${problem}`, cause === undefined ? {} : { cause });
}
