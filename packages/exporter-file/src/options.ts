// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  type Clock,
  integerOption,
  invalidOption,
  type LogferryError,
  systemClock,
} from '@logferry/core';

import { looksRotated } from './file-names.ts';
import type { RotatingFileSettings } from './rotating-file.ts';

export interface RotatingFileOptions {
  /**
   * The current file, such as `/var/log/app/orders.jsonl`. Rotated files stand beside it: `orders.000001.jsonl` and up.
   * A relative path is taken from the working directory at construction. A missing directory is made.
   */
  readonly path: string;
  /**
   * Bytes of a file at most; looked at before a write, so that only a single line that is longer alone makes a file exceed
   * it. Infinity: never rotate. Default: 104857600 (100 MiB).
   */
  readonly maxFileBytes?: number | undefined;
  /** Files at most, together with the current one; the oldest is deleted. Infinity: delete nothing. Default: 10. */
  readonly maxFiles?: number | undefined;
  /** Permission bits of the files, whatever the umask. Default: 0o600. */
  readonly fileMode?: number | undefined;
  /** Permission bits of directories that the exporter makes, whatever the umask. Default: 0o700. */
  readonly directoryMode?: number | undefined;
  /**
   * Whether other processes and worker threads are kept off the path (on Linux, within a network namespace). A second
   * exporter of the same thread is always refused. Default: true.
   */
  readonly lock?: boolean | undefined;
  /** Called for each failure with the files, with the system's error as `cause`. What it throws is ignored. */
  readonly onError?: ((error: LogferryError) => void) | undefined;
  /** The source of time. Default: the system's. */
  readonly clock?: Clock | undefined;
}

/** The options with every default filled in. */
export interface ResolvedOptions extends RotatingFileSettings {
  readonly path: string;
  readonly lock: boolean;
  readonly onError: ((error: LogferryError) => void) | undefined;
  readonly clock: Clock;
}

const DEFAULT_MAX_FILE_BYTES = 100 * 1024 * 1024;
const DEFAULT_MAX_FILES = 10;
const DEFAULT_FILE_MODE = 0o600;
const DEFAULT_DIRECTORY_MODE = 0o700;

/** @throws LogferryError `INVALID_OPTION` */
export function resolveOptions(options: RotatingFileOptions): ResolvedOptions {
  return {
    path: pathOption(options.path),
    maxFileBytes: integerOption('maxFileBytes', options.maxFileBytes, DEFAULT_MAX_FILE_BYTES, {
      min: 1,
      allowInfinity: true,
    }),
    maxFiles: integerOption('maxFiles', options.maxFiles, DEFAULT_MAX_FILES, { min: 1, allowInfinity: true }),
    fileMode: modeOption('fileMode', options.fileMode, DEFAULT_FILE_MODE),
    directoryMode: modeOption('directoryMode', options.directoryMode, DEFAULT_DIRECTORY_MODE),
    lock: booleanOption('lock', options.lock, true),
    onError: hookOption(options.onError),
    clock: options.clock ?? systemClock,
  };
}

function pathOption(path: unknown): string {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw invalidOption('path', path, 'the path of a file');
  }
  if (looksRotated(path)) {
    throw invalidOption('path', path, 'a name that does not end like a rotated file, in a dot and 6 to 15 digits');
  }
  return path;
}

/** The exporter must be able to open its own files again, so the owner keeps all that the default gives. */
function modeOption(name: string, mode: number | undefined, fallback: number): number {
  const value = integerOption(name, mode, fallback, { min: 0, max: 0o777 });
  if ((value & fallback) !== fallback)
    throw invalidOption(name, value, `a mode that includes 0o${fallback.toString(8)}`);
  return value;
}

function hookOption(hook: unknown): ((error: LogferryError) => void) | undefined {
  if (hook !== undefined && typeof hook !== 'function') throw invalidOption('onError', hook, 'a function');
  return hook as ((error: LogferryError) => void) | undefined;
}
