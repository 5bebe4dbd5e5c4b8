// SPDX-License-Identifier: Apache-2.0
import { closeSync, constants, fsyncSync, openSync } from 'node:fs';

/** Makes the names in a directory durable; nothing where the system has no such thing. */
export function syncDirectorySync(path: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(path, constants.O_RDONLY);
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
