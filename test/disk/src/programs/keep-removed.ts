// SPDX-License-Identifier: Apache-2.0

/**
 * Moves what the program deletes into the directory that `KEEP_REMOVED` names, for a test that reads every file there
 * ever was. To be given to Node's `--import`.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename, join } from 'node:path';

const directory = process.env['KEEP_REMOVED'];
if (directory !== undefined) {
  fs.mkdirSync(directory, { recursive: true });
  const { rename, renameSync } = fs;
  const kept = (path: fs.PathLike): string => join(directory, basename(String(path)));
  fs.unlink = ((path: fs.PathLike, done: fs.NoParamCallback) => rename(path, kept(path), done)) as typeof fs.unlink;
  fs.unlinkSync = (path) => renameSync(path, kept(path));
  syncBuiltinESMExports();
}
