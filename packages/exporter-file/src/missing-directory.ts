// SPDX-License-Identifier: Apache-2.0
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Owner } from './file-facts.ts';

/**
 * Makes a directory and the parents that are missing; each one that it creates gets exactly `mode`, whatever the umask,
 * and the owner where one is given.
 */
export function makeDirectorySync(path: string, mode: number, owner: Owner | undefined): void {
  const first = mkdirSync(path, { recursive: true, mode });
  for (const directory of createdDirectories(first, path)) {
    chmodSync(directory, mode);
    if (owner !== undefined) chownSync(directory, owner.uid, owner.gid);
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
