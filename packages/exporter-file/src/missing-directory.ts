// SPDX-License-Identifier: Apache-2.0
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Owner } from './file-facts.ts';

/**
 * Makes a directory and the parents that are missing; each one that it creates gets exactly `mode`, whatever the umask,
 * and the owner where one is given.
 *
 * @returns the directories that hold the new ones. A power cut can take the new ones until these are synced.
 */
export function makeDirectorySync(path: string, mode: number, owner: Owner | undefined): string[] {
  const created = createdDirectories(mkdirSync(path, { recursive: true, mode }), path);
  for (const directory of created) {
    chmodSync(directory, mode);
    if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
  }
  return created.map((directory) => dirname(directory));
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
