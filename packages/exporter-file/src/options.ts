// SPDX-License-Identifier: Apache-2.0
import type { Clock, LogferryError } from '@logferry/core';
import type { MeterProvider } from '@opentelemetry/api';

import type { Compression } from './compressor.ts';
import type { Owner } from './file-facts.ts';
import type { FileText } from './file-hooks.ts';
import type { ArchivedFile } from './finish-file.ts';
import type { JsonFormatOptions } from './json/json-options.ts';
import type { LogFileFormat } from './json/record-encoding.ts';
import type { FsyncPolicy } from './fsync-policy.ts';

/** Options of `RotatingFileLogRecordExporter`. */
export interface RotatingFileOptions {
  /**
   * The current file, such as `/var/log/app/orders.jsonl`. Rotated files stand beside it: `orders.000001.jsonl` and up.
   * A relative path is taken from the working directory at construction. A missing directory is made. Required, unless
   * `output` is `stdout`.
   */
  readonly path?: string | undefined;
  /**
   * `stdout`: the lines go to the standard output instead of a file, and all that is about files has no effect; not in a
   * worker thread. Default: `file`.
   */
  readonly output?: 'file' | 'stdout' | undefined;
  /**
   * `otlp-json`: lines of the OpenTelemetry File Exporter, which the Collector reads; `json`: one flat object a record; or
   * a function that gives the text of a record. Default: `otlp-json`.
   */
  readonly format?: LogFileFormat | undefined;
  /** How the flat objects look; for the format `json` only. */
  readonly json?: JsonFormatOptions | undefined;
  /**
   * Bytes of a file at most; looked at before a write, so that only a single line that is longer alone makes a file exceed
   * it. Infinity: never rotate by size. Default: 104857600 (100 MiB).
   */
  readonly maxFileBytes?: number | undefined;
  /**
   * A new file for each `minute`, `hour`, `day`, `week` (from Monday), or at the times of a cron expression of five fields,
   * such as `0,30 8-18 * * 1-5`. A file without records is not rotated. Default: never.
   */
  readonly rotateEvery?: string | undefined;
  /** The IANA time zone of `rotateEvery` and of `{date}` and `{time}` in names. Default: the system's. */
  readonly timeZone?: string | undefined;
  /**
   * A signal at which the file is rotated, such as `SIGHUP` or `SIGUSR2`; refused in a worker thread, which receives none.
   * Default: none.
   */
  readonly rotateOnSignal?: NodeJS.Signals | undefined;
  /**
   * What stands between the stem and the extension in the name of a rotated file: `{sequence}`, and where wanted `{reason}`
   * (`size`, `time`, `request`, `signal`, `fault`), `{date}` and `{time}` of the last write, with letters, `-` and `_`.
   * Default: `{sequence}`.
   */
  readonly rotatedName?: string | undefined;
  /** A symbolic link to the current file, made anew atomically whenever the file is opened. Default: none. */
  readonly currentLink?: string | undefined;
  /**
   * The text at the beginning of each file, whole lines, or a function that gives it; not for the format `otlp-json`. In
   * worker mode a text. Default: none.
   */
  readonly header?: FileText | undefined;
  /** The same for the end of each rotated file, at most 1024 bytes. Default: none. */
  readonly footer?: FileText | undefined;
  /** Files at most, together with the current one; the oldest is deleted. Infinity: no limit. Default: 10. */
  readonly maxFiles?: number | undefined;
  /**
   * Files go when their last write is longer ago, in milliseconds; looked at at the start, at each rotation and once an
   * hour, also while nothing is written. The current file is rotated for that. Default: Infinity.
   */
  readonly maxAgeMillis?: number | undefined;
  /** Bytes of all files at most, with the room that the current one may fill. Default: Infinity. */
  readonly maxTotalBytes?: number | undefined;
  /** How rotated files are compressed, in a thread of their own. `zstd` needs Node.js 22.15. Default: `none`. */
  readonly compression?: Compression | undefined;
  /** Where rotated files go when they are compressed; it may be on another file system. Default: where they are. */
  readonly archiveDirectory?: string | undefined;
  /** Called with each rotated file once it is in its place. What it throws is reported and otherwise ignored. */
  readonly onArchived?: ((file: ArchivedFile) => void | Promise<void>) | undefined;
  /**
   * When what was written is made durable, so that it survives a power cut. `every-batch`: before it counts as delivered;
   * `interval`: at most `fsyncIntervalMillis` later; `on-rotate`: when the file is rotated or closed. Default: `never`.
   */
  readonly fsync?: FsyncPolicy | undefined;
  /** From 10 to 3600000. Default: 1000. */
  readonly fsyncIntervalMillis?: number | undefined;
  /**
   * Bytes of records that wait for the disk at most when a processor hands over records instead of batches, as the SDK's
   * do; what comes on top is refused and counted. At least 1048576. Default: 67108864 (64 MiB).
   */
  readonly maxPendingBytes?: number | undefined;
  /**
   * Bytes at which a line ends; only a line that holds one record may be longer, and stays below 1 MiB. Short lines suit
   * `tail` and `grep`; long lines repeat the resource less often. From 1024 to 1048575; only for `otlp-json`.
   * Default: 65536.
   */
  readonly maxLineBytes?: number | undefined;
  /** Records in a line at most; 1 gives each record a line of its own. Only for `otlp-json`. Default: Infinity. */
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
  /** The user and group that files and directories are given to; needs the right to do so. Default: the process's. */
  readonly owner?: Owner | undefined;
  /**
   * Whether other processes and worker threads are kept off the path (on Linux, within a network namespace). A second
   * exporter of the same thread is always refused. Default: true.
   */
  readonly lock?: boolean | undefined;
  /**
   * What to do where the path is in use: `refuse`, or take a name of its own: `orders.p2.jsonl` to `orders.p64.jsonl`.
   * Default: `refuse`.
   */
  readonly whenInUse?: 'refuse' | 'own-name' | undefined;
  /** Called for each failure with the files, with the system's error as `cause`. What it throws is ignored. */
  readonly onError?: ((error: LogferryError) => void) | undefined;
  /** Receives the exporter's metrics. Default: none. */
  readonly meterProvider?: MeterProvider | undefined;
  /** The source of time. Default: the system's. */
  readonly clock?: Clock | undefined;
}
