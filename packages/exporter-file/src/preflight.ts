// SPDX-License-Identifier: Apache-2.0
import { isLogferryError, LogferryError } from '@logferry/core';
import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

import { factsOf } from './file-port.ts';
import { refusal } from './file-safety.ts';
import { makeDirectorySync } from './missing-directory.ts';
import { ownUid } from './own-uid.ts';
import type { DirectoryIdentity } from './path-lock.ts';

/**
 * Finds out at construction whether a path can be used, and makes its directory where that is missing. The file itself is
 * opened at the first write, which checks again what may have changed by then.
 *
 * @throws LogferryError `UNUSABLE_FILE` naming the path.
 */
export function checkPath(path: string, directoryMode: number): DirectoryIdentity {
  const directory = dirname(path);
  const identity = attempt(path, `can't be used, because of its directory ${directory}`, () => {
    makeDirectorySync(directory, directoryMode);
    accessSync(directory, constants.W_OK | constants.X_OK);
    const facts = statSync(directory, { bigint: true });
    return { device: facts.dev, inode: facts.ino };
  });
  attempt(path, "can't be read and written", () => {
    const existing = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (existing === undefined) return;
    const refused = refusal(factsOf(existing), ownUid());
    if (refused !== undefined) throw new LogferryError('UNUSABLE_FILE', `${path} ${refused}`);
    accessSync(path, constants.R_OK | constants.W_OK);
  });
  return identity;
}

function attempt<T>(path: string, why: string, look: () => T): T {
  try {
    return look();
  } catch (error) {
    if (isLogferryError(error)) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new LogferryError('UNUSABLE_FILE', `${path} ${why}: ${code}`, { cause: error });
  }
}
