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
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  futimesSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  type Stats,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { type Compression, compressorFor, type FilePiece } from './compressor.ts';
import type { Owner } from './file-facts.ts';
import { makeDirectorySync } from './missing-directory.ts';
import { type RecordFormat, RecordScan } from './record-scan.ts';
import { syncDirectorySync } from './sync-directory.ts';

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

/** Large enough that deflating pieces on their own costs next to nothing in size, small enough to stay in the caches. */
const PIECE_BYTES = 1024 * 1024;

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
    return job.describe === undefined ? undefined : describeFile(target, job.describe);
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

function describeFile(path: string, format: RecordFormat): ArchivedFile {
  const scan = new RecordScan(format);
  const hash = createHash('sha256');
  const file = openToRead(path);
  let bytes = 0;
  try {
    for (const piece of piecesOf(file)) {
      scan.add(piece.bytes);
      hash.update(piece.bytes);
      bytes += piece.bytes.byteLength;
    }
  } finally {
    closeSync(file);
  }
  return { path, bytes, ...scan.end(), sha256: hash.digest('hex') };
}

async function convert(job: FinishJob, target: string): Promise<ArchivedFile | undefined> {
  const temporary = `${target}.tmp`;
  const source = openToRead(job.source);
  let file: Omit<ArchivedFile, 'path'> | undefined;
  try {
    rmSync(temporary, { force: true });
    file = await compress(job, source, temporary);
  } finally {
    closeSync(source);
  }
  renameSync(temporary, target);
  syncDirectorySync(dirname(target));
  rmSync(job.source);
  return file === undefined ? undefined : { path: target, ...file };
}

/** Writes the temporary file, whole and durable, or leaves none. */
async function compress(
  { compression, describe }: FinishJob,
  source: number,
  temporary: string,
): Promise<Omit<ArchivedFile, 'path'> | undefined> {
  const facts = fstatSync(source);
  // Nobody else may have made it: `x` follows no link.
  const target = openSync(temporary, 'wx', facts.mode & 0o777);
  try {
    const scan = describe === undefined ? undefined : new RecordScan(describe);
    const hash = scan === undefined ? undefined : createHash('sha256');
    let bytes = 0;
    const compressor = compressorFor(compression);
    for (const piece of piecesOf(source)) {
      scan?.add(piece.bytes);
      for (const part of await compressor(piece)) {
        hash?.update(part);
        writeWhole(target, part);
        bytes += part.byteLength;
      }
    }
    completeLike(target, facts);
    if (scan === undefined || hash === undefined) return undefined;
    return { bytes, ...scan.end(), sha256: hash.digest('hex') };
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  } finally {
    closeSync(target);
  }
}

function openToRead(path: string): number {
  return openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
}

/** The memory of a piece is used again for the one after the next. A file without bytes is one piece. */
function* piecesOf(file: number): Generator<FilePiece, void, undefined> {
  const pieceBytes = Math.min(PIECE_BYTES, Math.max(1, fstatSync(file).size));
  const read = (memory: Buffer): Buffer => memory.subarray(0, readSync(file, memory, 0, memory.byteLength, null));
  let memory = Buffer.allocUnsafeSlow(pieceBytes);
  let nextMemory = Buffer.allocUnsafeSlow(pieceBytes);
  let bytes = read(memory);
  for (;;) {
    const next = read(nextMemory);
    const isLast = next.byteLength === 0;
    yield { bytes, isLast };
    if (isLast) return;
    bytes = next;
    [memory, nextMemory] = [nextMemory, memory];
  }
}

function writeWhole(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.byteLength;) {
    written += writeSync(file, bytes, written, bytes.byteLength - written);
  }
}

/** Makes a file durable, with the mode, owner and time of its source: retention by age looks at the time. */
function completeLike(file: number, source: Stats): void {
  const own = fstatSync(file);
  if (own.uid !== source.uid || own.gid !== source.gid) fchownSync(file, source.uid, source.gid);
  fchmodSync(file, source.mode & 0o777);
  futimesSync(file, source.mtime, source.mtime);
  fsyncSync(file);
}
