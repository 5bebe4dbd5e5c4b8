// SPDX-License-Identifier: Apache-2.0
import {
  booleanOption,
  choiceOption,
  type Clock,
  integerOption,
  invalidOption,
  type LogferryError,
  systemClock,
} from '@logferry/core';
import type { MeterProvider } from '@opentelemetry/api';
import { resolve } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import zlib from 'node:zlib';

import type { ArchiveSettings } from './archiver.ts';
import { parseCron } from './cron.ts';
import type { Owner } from './file-facts.ts';
import { looksRotated, rotatedNameOption } from './file-names.ts';
import { type FileText, FOOTER_ROOM_BYTES } from './file-hooks.ts';
import type { Compression } from './compressor.ts';
import { type RecordEncoding, resolveFormat } from './json/record-encoding.ts';
import type { RotatingFileOptions } from './options.ts';
import type { RetentionLimits } from './retention.ts';
import type { RotatingFileSettings } from './rotating-file.ts';
import { Schedule } from './schedule.ts';
import { TimeZone } from './time-zone.ts';

/** The options with every default filled in. */
export interface ResolvedOptions extends RotatingFileSettings, RetentionLimits, ArchiveSettings {
  readonly output: 'file' | 'stdout';
  /** Empty for the standard output. */
  readonly path: string;
  readonly encoding: RecordEncoding;
  readonly schedule: Schedule | undefined;
  readonly timeZone: TimeZone;
  readonly rotateOnSignal: NodeJS.Signals | undefined;
  readonly rotatedName: string;
  readonly currentLink: string | undefined;
  readonly header: FileText | undefined;
  readonly footer: FileText | undefined;
  readonly fsyncIntervalMillis: number;
  readonly maxPendingBytes: number;
  readonly lock: boolean;
  readonly whenInUse: 'refuse' | 'own-name';
  readonly onError: ((error: LogferryError) => void) | undefined;
  readonly meterProvider: MeterProvider | undefined;
  readonly clock: Clock;
}

const MIB = 1024 * 1024;
const DEFAULT_MAX_FILE_BYTES = 100 * MIB;
const DEFAULT_MAX_FILES = 10;
const DEFAULT_MAX_PENDING_BYTES = 64 * MIB;
const DEFAULT_FSYNC_INTERVAL_MILLIS = 1_000;
const DEFAULT_FILE_MODE = 0o600;
const DEFAULT_DIRECTORY_MODE = 0o700;

/** @throws LogferryError `INVALID_OPTION` */
export function resolveOptions(options: RotatingFileOptions): ResolvedOptions {
  const timeZone = new TimeZone(options.timeZone);
  const { rotateEvery } = options;
  const encoding = resolveFormat(options);
  const output = choiceOption('output', options.output, 'file', ['file', 'stdout']);
  return {
    output,
    path: output === 'stdout' ? noPath(options.path) : pathOption(options.path),
    encoding,
    schedule: rotateEvery === undefined ? undefined : new Schedule(parseCron('rotateEvery', rotateEvery), timeZone),
    timeZone,
    rotateOnSignal: signalOption(options.rotateOnSignal),
    rotatedName: rotatedNameOption(options.rotatedName),
    currentLink: optionalPath('currentLink', options.currentLink),
    header: textOption('header', options, Infinity),
    footer: textOption('footer', options, FOOTER_ROOM_BYTES),
    ...limitOptions(options),
    compression: compressionOption(options.compression),
    archiveDirectory: optionalPath('archiveDirectory', options.archiveDirectory),
    onArchived: hookOption('onArchived', options.onArchived),
    recordFormat: encoding.recordFormat,
    fsync: choiceOption('fsync', options.fsync, 'never', ['never', 'on-rotate', 'interval', 'every-batch']),
    fsyncIntervalMillis: integerOption(
      'fsyncIntervalMillis',
      options.fsyncIntervalMillis,
      DEFAULT_FSYNC_INTERVAL_MILLIS,
      { min: 10, max: 3_600_000 },
    ),
    maxPendingBytes: integerOption('maxPendingBytes', options.maxPendingBytes, DEFAULT_MAX_PENDING_BYTES, { min: MIB }),
    fileMode: modeOption('fileMode', options.fileMode, DEFAULT_FILE_MODE),
    directoryMode: modeOption('directoryMode', options.directoryMode, DEFAULT_DIRECTORY_MODE),
    owner: ownerOption(options.owner),
    lock: booleanOption('lock', options.lock, true),
    whenInUse: choiceOption('whenInUse', options.whenInUse, 'refuse', ['refuse', 'own-name']),
    onError: hookOption('onError', options.onError),
    meterProvider: options.meterProvider,
    clock: options.clock ?? systemClock,
  };
}

function limitOptions(options: RotatingFileOptions): RetentionLimits & { readonly maxFileBytes: number } {
  const limit = (name: string, value: number | undefined, fallback: number): number =>
    integerOption(name, value, fallback, { min: 1, allowInfinity: true });
  const maxFileBytes = limit('maxFileBytes', options.maxFileBytes, DEFAULT_MAX_FILE_BYTES);
  const maxTotalBytes = limit('maxTotalBytes', options.maxTotalBytes, Infinity);
  if (maxFileBytes !== Infinity && maxTotalBytes < maxFileBytes) {
    throw invalidOption('maxTotalBytes', maxTotalBytes, `at least maxFileBytes, which is ${maxFileBytes}`);
  }
  return {
    maxFileBytes,
    maxTotalBytes,
    maxFiles: limit('maxFiles', options.maxFiles, DEFAULT_MAX_FILES),
    maxAgeMillis: limit('maxAgeMillis', options.maxAgeMillis, Infinity),
  };
}

function pathOption(path: unknown): string {
  if (typeof path !== 'string' || path === '' || path.includes('\0')) {
    throw invalidOption('path', path, 'the path of a file');
  }
  if (looksRotated(path)) {
    throw invalidOption('path', path, 'a name that does not look like a rotated file, with 6 to 15 digits in its end');
  }
  if (/\.(?:gz|zst|tmp)$/.test(path)) {
    throw invalidOption('path', path, 'a name that does not end like a compressed or unfinished file');
  }
  return path;
}

function noPath(path: unknown): string {
  if (path !== undefined) throw invalidOption('path', path, "undefined when output is 'stdout'");
  return '';
}

function optionalPath(name: string, path: unknown): string | undefined {
  if (path === undefined) return undefined;
  if (typeof path !== 'string' || path === '' || path.includes('\0')) throw invalidOption(name, path, 'a path');
  return resolve(path);
}

function compressionOption(value: Compression | undefined): Compression {
  const compression = choiceOption('compression', value, 'none', ['none', 'gzip', 'zstd']);
  if (compression === 'zstd' && typeof zlib.createZstdCompress !== 'function') {
    throw invalidOption('compression', compression, `'gzip' or 'none' on Node.js ${process.version}: zstd needs 22.15`);
  }
  return compression;
}

function signalOption(signal: unknown): NodeJS.Signals | undefined {
  if (signal === undefined) return undefined;
  if (typeof signal !== 'string' || !/^SIG[A-Z0-9]+$/.test(signal) || signal === 'SIGKILL' || signal === 'SIGSTOP') {
    throw invalidOption('rotateOnSignal', signal, 'the name of a signal that can be caught');
  }
  if (!isMainThread)
    throw invalidOption('rotateOnSignal', signal, 'undefined in a worker thread: it receives no signal');
  return signal as NodeJS.Signals;
}

/** The exporter must be able to open its own files again, so the owner keeps all that the default gives. */
function modeOption(name: string, mode: number | undefined, fallback: number): number {
  const value = integerOption(name, mode, fallback, { min: 0, max: 0o777 });
  if ((value & fallback) !== fallback)
    throw invalidOption(name, value, `a mode that includes 0o${fallback.toString(8)}`);
  return value;
}

function ownerOption(owner: Owner | undefined): Owner | undefined {
  if (owner === undefined) return undefined;
  if (typeof owner !== 'object' || owner === null) throw invalidOption('owner', owner, 'an object with uid and gid');
  const bounds = { min: 0, max: 0xffff_fffe };
  return {
    uid: integerOption('owner.uid', owner.uid, process.geteuid?.() ?? 0, bounds),
    gid: integerOption('owner.gid', owner.gid, process.getegid?.() ?? 0, bounds),
  };
}

function hookOption<T>(name: string, hook: T | undefined): T | undefined {
  if (hook !== undefined && typeof hook !== 'function') throw invalidOption(name, hook, 'a function');
  return hook;
}

/** Each line of OTLP JSON is a message of its own: other lines would make the file unreadable for a Collector. */
function textOption(name: 'header' | 'footer', options: RotatingFileOptions, maxBytes: number): FileText | undefined {
  const text = options[name];
  if (text === undefined) return undefined;
  if ((options.format ?? 'otlp-json') === 'otlp-json') {
    throw invalidOption(name, text, "undefined when format is 'otlp-json'");
  }
  if (typeof text !== 'string' && typeof text !== 'function') throw invalidOption(name, text, 'a text or a function');
  if (typeof text === 'string' && Buffer.byteLength(text) >= maxBytes) {
    throw invalidOption(name, `${Buffer.byteLength(text)} bytes`, `less than ${maxBytes} bytes`);
  }
  return text;
}
