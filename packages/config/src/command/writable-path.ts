// SPDX-License-Identifier: Apache-2.0
import { accessSync, constants, lstatSync, statSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Whether a file could be written, without writing anything. */
export interface WritablePath {
  readonly isGood: boolean;
  /** In words: `the directory /var/log is writable`. */
  readonly words: string;
}

export function writableFile(path: string): WritablePath {
  const wanted = resolve(path);
  const existing = entryAt(wanted);
  if (existing?.isSymbolicLink() === true) return { isGood: false, words: `${wanted} is a symbolic link` };
  if (existing !== undefined && !existing.isFile()) return { isGood: false, words: `${wanted} is no regular file` };
  const code = existing && refusal(wanted, constants.R_OK | constants.W_OK);
  if (code !== undefined) return { isGood: false, words: `${wanted} can not be read and written: ${code}` };
  return writableDirectory(dirname(wanted));
}

export function writableDirectory(path: string): WritablePath {
  const wanted = resolve(path);
  let nearest = wanted;
  let facts = directoryAt(nearest);
  // The root is always there.
  while (facts === 'missing') {
    nearest = dirname(nearest);
    facts = directoryAt(nearest);
  }
  const isMissing = nearest !== wanted;
  const what = isMissing
    ? `the directory ${wanted} is missing; ${nearest}, where it would be made,`
    : `the directory ${wanted}`;
  const code = facts === 'directory' ? refusal(nearest, constants.W_OK | constants.X_OK) : facts;
  return code === undefined
    ? { isGood: true, words: `${what} is writable` }
    : { isGood: false, words: `${what} is not writable: ${code}` };
}

/** What stands at a path, links followed; the code of the system where that can't be known. */
function directoryAt(path: string): string {
  try {
    return statSync(path).isDirectory() ? 'directory' : 'ENOTDIR';
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    // Below a file nothing is missing: what stands above is told then.
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : code;
  }
}

/** Undefined also where what leads there is no directory, which is told of the directory. */
function entryAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    return undefined;
  }
}

function refusal(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown error';
  }
}
