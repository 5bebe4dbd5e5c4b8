// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a directory and the parents that are missing; each one that it creates gets exactly `mode`, whatever the umask. */
export function makeDirectorySync(path: string, mode: number): void {
  const first = mkdirSync(path, { recursive: true, mode });
  for (const directory of createdDirectories(first, path)) chmodSync(directory, mode);
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
