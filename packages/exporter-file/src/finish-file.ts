// SPDX-License-Identifier: Apache-2.0

/**
 * What becomes of a rotated file: it is compressed, moved into the archive, and described for the archival hook. This runs
 * in a worker thread that loads nothing else, so nothing beyond Node's own modules may be reached from here.
 *
 * Whoever lists the directory sees a compressed file under its name only when it is whole and on the disk: it is written
 * under a temporary name, synced and renamed, and only then the original is deleted. A crash anywhere between leaves the
 * original, and at most a temporary file, which the next start deletes.
 */
import { createHash } from 'node:crypto';
import {
  constants,
  createReadStream,
  createWriteStream,
  lstatSync,
  type ReadStream,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PassThrough, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
// Not by name: Node 20 has no zstd, and a missing name would keep the module from loading.
import zlib from 'node:zlib';

import type { Owner } from './file-facts.ts';
import { makeDirectorySync } from './missing-directory.ts';
import { type RecordFormat, RecordScan } from './record-scan.ts';
import { syncDirectorySync } from './sync-directory.ts';

export type Compression = 'none' | 'gzip' | 'zstd';

/** What to do with one file. */
export interface FinishJob {
  readonly source: string;
  /** Where the result goes; made when it is missing. */
  readonly directory: string;
  readonly directoryMode: number;
  readonly owner: Owner | undefined;
  /** Directories above it that were made and may not be durable yet. */
  readonly unsyncedDirectories: ReadonlySet<string>;
  readonly compression: Compression;
  /** How to find the records; undefined: nobody asks for a description. */
  readonly describe: RecordFormat | undefined;
}

/** A rotated file that is whole, under its last name. */
export interface ArchivedFile {
  readonly path: string;
  readonly bytes: number;
  /** Lines that hold a record; records, in the format `otlp-json`. */
  readonly recordCount: number;
  /** Earliest time of a record, in milliseconds since the Unix epoch; undefined where the format tells none. */
  readonly firstTimeMillis: number | undefined;
  /** Latest time of a record. */
  readonly lastTimeMillis: number | undefined;
  /** Of the file as it is, in hex. */
  readonly sha256: string;
}

const CHUNK_BYTES = 256 * 1024;

/** Logs get 12 to 43 % larger than with zlib's default of 6, in a half to a fifth of the time (docs/decisions/rotating-files.md). */
const GZIP_LEVEL = 3;

/** The name that a file gets. */
export function finishedPath(job: Pick<FinishJob, 'source' | 'directory' | 'compression'>): string {
  const suffix = { none: '', gzip: '.gz', zstd: '.zst' }[job.compression];
  return join(job.directory, `${basename(job.source)}${suffix}`);
}

/** @returns undefined when nobody asked for a description. */
export async function finishFile(job: FinishJob): Promise<ArchivedFile | undefined> {
  const target = finishedPath(job);
  if (target !== job.source) makeDirectory(job);
  if (job.compression === 'none' && (target === job.source || moved(job.source, target))) {
    return job.describe === undefined ? undefined : await describeFile(target, job.describe);
  }
  return await convert(job, target);
}

/** Makes the directory durable with those above it: the original is deleted once the result is in there. */
function makeDirectory({ directory, directoryMode, owner, unsyncedDirectories }: FinishJob): void {
  const parents = makeDirectorySync(directory, directoryMode, owner);
  for (const parent of new Set([...unsyncedDirectories, ...parents])) syncDirectorySync(parent);
}

/** Whether a rename did it, as it does within one file system. */
function moved(source: string, target: string): boolean {
  try {
    renameSync(source, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EXDEV') return false;
    throw error;
  }
  syncDirectorySync(dirname(target));
  return true;
}

async function describeFile(path: string, format: RecordFormat): Promise<ArchivedFile> {
  const scan = new RecordScan(format);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of readStream(path)) {
    const part = chunk as Buffer;
    scan.add(part);
    hash.update(part);
    bytes += part.byteLength;
  }
  return { path, bytes, ...scan.end(), sha256: hash.digest('hex') };
}

async function convert(job: FinishJob, target: string): Promise<ArchivedFile | undefined> {
  const temporary = `${target}.tmp`;
  const scan = job.describe === undefined ? undefined : new RecordScan(job.describe);
  const hash = scan === undefined ? undefined : createHash('sha256');
  const facts = lstatSync(job.source);
  rmSync(temporary, { force: true });
  try {
    await pipeline(
      readStream(job.source),
      tap((chunk) => scan?.add(chunk)),
      compressor(job.compression),
      tap((chunk) => void hash?.update(chunk)),
      // Nobody else may have made it: `x` follows no link.
      createWriteStream(temporary, { flags: 'wx', mode: facts.mode & 0o777 }),
    );
    await completeLike(temporary, facts);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  renameSync(temporary, target);
  syncDirectorySync(dirname(target));
  rmSync(job.source);
  if (scan === undefined || hash === undefined) return undefined;
  return { path: target, bytes: lstatSync(target).size, ...scan.end(), sha256: hash.digest('hex') };
}

function readStream(path: string): ReadStream {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0);
  return createReadStream(path, { flags: flags as unknown as string, highWaterMark: CHUNK_BYTES });
}

function compressor(compression: Compression): Transform {
  if (compression === 'gzip') return zlib.createGzip({ level: GZIP_LEVEL });
  return compression === 'zstd' ? zlib.createZstdCompress() : new PassThrough();
}

function tap(look: (chunk: Buffer) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
      look(chunk);
      done(null, chunk);
    },
  });
}

/** Makes a file durable, with the mode, owner and time of its source: retention by age looks at the time. */
async function completeLike(path: string, source: Stats): Promise<void> {
  const file = await open(path, 'r+');
  try {
    const own = await file.stat();
    if (own.uid !== source.uid || own.gid !== source.gid) await file.chown(source.uid, source.gid);
    await file.chmod(source.mode & 0o777);
    await file.utimes(source.mtime, source.mtime);
    await file.sync();
  } finally {
    await file.close();
  }
}
