// SPDX-License-Identifier: Apache-2.0
import { readlink, rename, symlink, unlink } from 'node:fs/promises';
import { dirname, relative } from 'node:path';

/**
 * Points a symbolic link to a file, atomically: whoever opens the link finds the former or the new target. Only a missing
 * name or another symbolic link is replaced.
 */
export async function pointLink(link: string, target: string): Promise<void> {
  const text = relative(dirname(link), target);
  try {
    if ((await readlink(link)) === text) return;
  } catch (error) {
    // EINVAL: something else than a link stands there, and stays.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const temporary = `${link}.${process.pid}.tmp`;
  await unlink(temporary).catch(() => {});
  await symlink(text, temporary);
  await rename(temporary, link);
}
