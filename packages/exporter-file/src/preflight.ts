// SPDX-License-Identifier: Apache-2.0
import { isLogferryError, LogferryError } from '@logferry/core';
import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { basename, dirname, join, parse, resolve } from 'node:path';

import { factsOf, type Owner } from './file-facts.ts';
import { refusal } from './file-safety.ts';
import { makeDirectorySync } from './missing-directory.ts';
import { ownUid } from './own-uid.ts';
import { type DirectoryIdentity, PathInUseError, PathLock } from './path-lock.ts';

/** Names of its own that an exporter tries at most. */
const MOST_NAMES = 64;

/** How a path is taken. */
export interface PathSettings {
  readonly path: string;
  readonly directoryMode: number;
  readonly owner: Owner | undefined;
  readonly lock: boolean;
  readonly whenInUse: 'refuse' | 'own-name';
}

/** A path that no other exporter uses. */
export interface LockedPath {
  readonly path: string;
  readonly lock: PathLock;
  /** Directories that hold others which were made for it: their entries are not durable yet. */
  readonly unsyncedDirectories: Set<string>;
}

/** What a look at a path tells. */
export interface CheckedPath {
  readonly directory: DirectoryIdentity;
  /** Directories that hold those which were made. */
  readonly parents: readonly string[];
}

/**
 * Checks and locks the path, or where it is in use and the settings say so, the first free one of its own names:
 * `orders.p2.jsonl`, `orders.p3.jsonl` and so on.
 * @throws LogferryError `UNUSABLE_FILE` naming the path.
 */
export function lockPath(settings: PathSettings): LockedPath {
  const unsyncedDirectories = new Set<string>();
  const wanted = resolve(settings.path);
  const { dir, name, ext } = parse(wanted);
  for (let number = 1; ; number += 1) {
    const path = number === 1 ? wanted : join(dir, `${name}.p${number}${ext}`);
    const { directory, parents } = checkPath(path, settings.directoryMode, settings.owner);
    for (const parent of parents) unsyncedDirectories.add(parent);
    try {
      return { path, lock: new PathLock(directory, basename(path), path, settings.lock), unsyncedDirectories };
    } catch (error) {
      const mayGoOn = settings.whenInUse === 'own-name' && number < MOST_NAMES;
      if (!(error instanceof PathInUseError) || !mayGoOn) throw error;
    }
  }
}

/**
 * Finds out at construction whether a path can be used, and makes its directory where that is missing. The file itself is
 * opened at the first write, which checks again what may have changed by then.
 *
 * @throws LogferryError `UNUSABLE_FILE` naming the path.
 */
export function checkPath(path: string, directoryMode: number, owner: Owner | undefined): CheckedPath {
  const directory = dirname(path);
  const checked = attempt(path, `can't be used, because of its directory ${directory}`, () => {
    const parents = makeDirectorySync(directory, directoryMode, owner);
    accessSync(directory, constants.W_OK | constants.X_OK);
    const facts = statSync(directory, { bigint: true });
    return { directory: { device: facts.dev, inode: facts.ino }, parents };
  });
  attempt(path, "can't be read and written", () => {
    const existing = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (existing === undefined) return;
    const refused = refusal(factsOf(existing), ownUid(), owner?.uid);
    if (refused !== undefined) throw new LogferryError('UNUSABLE_FILE', `${path} ${refused}`);
    accessSync(path, constants.R_OK | constants.W_OK);
  });
  return checked;
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
