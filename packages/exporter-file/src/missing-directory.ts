// SPDX-License-Identifier: Apache-2.0
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Owner } from './file-facts.ts';

/**
 * Makes a directory and the parents that are missing; each one that it creates gets exactly `mode`, whatever the umask,
 * and the owner where one is given.
 *
 * @returns the directories that hold the new ones. A power cut can take the new ones until these are synced.
 */
export function makeDirectorySync(path: string, mode: number, owner: Owner | undefined): string[] {
  const created = createMissing(path, mode);
  for (const directory of created) {
    chmodSync(directory, mode);
    if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  }
  return created.map((directory) => dirname(directory));
}

/**
 * Innermost first. Not by a recursive mkdir of Node, which tries for ever where a directory that is there answers ENOENT, as
 * those of /proc do.
 */
function createMissing(path: string, mode: number): string[] {
  try {
    return createOne(path, mode);
  } catch (error) {
    const parent = dirname(path);
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error;
    const parents = createMissing(parent, mode);
    return [...createOne(path, mode), ...parents];
  }
}

/** Nothing where the directory is there already. */
function createOne(path: string, mode: number): string[] {
  try {
    mkdirSync(path, mode);
    return [path];
  } catch (error) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
    return [];
  }
}

/**
 * The directories that a recursive mkdir of `path` created, innermost first.
 *
 * @param first what mkdir returned: the outermost directory created, undefined when there was nothing to do.
 */
export function createdDirectories(first: string | undefined, path: string): string[] {
  if (first === undefined) return [];
  const created = [path];
  for (let directory = path; directory !== first && directory !== dirname(directory);) {
    directory = dirname(directory);
    created.push(directory);
  }
  return created;
}
