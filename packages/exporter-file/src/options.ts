// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  type Clock,
  integerOption,
  invalidOption,
  type LogferryError,
  systemClock,
} from '@logferry/core';
import { OtlpJsonEncoder, type OtlpJsonEncoderOptions } from '@logferry/otlp-encoding';

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
  /**
   * Bytes at which a line ends; only a line that holds one record may be longer, and stays below 1 MiB. Short lines suit
   * `tail` and `grep`; long lines repeat the resource less often. From 1024 to 1048575. Default: 65536.
   */
  readonly maxLineBytes?: number | undefined;
  /** Records in a line at most; 1 gives each record a line of its own. Default: Infinity. */
  readonly maxRecordsPerLine?: number | undefined;
  /**
   * Bytes of one encoded record at most; in a larger one values are cut and attributes dropped. From 16384 to 1000000.
   * Default: 1000000.
   */
  readonly maxRecordBytes?: number | undefined;
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
  readonly encoding: OtlpJsonEncoderOptions;
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
    encoding: encodingOptions(options),
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

/** The encoder knows the bounds of its options. */
function encodingOptions(options: RotatingFileOptions): OtlpJsonEncoderOptions {
  const { maxLineBytes, maxRecordsPerLine, maxRecordBytes } = options;
  const encoding = {
    ...(maxLineBytes === undefined ? {} : { maxLineBytes }),
    ...(maxRecordsPerLine === undefined ? {} : { maxRecordsPerLine }),
    ...(maxRecordBytes === undefined ? {} : { maxRecordBytes }),
  };
  // It checks them, now and not at the first record.
  void new OtlpJsonEncoder(encoding);
  return encoding;
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
