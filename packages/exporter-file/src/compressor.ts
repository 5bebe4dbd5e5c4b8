// SPDX-License-Identifier: Apache-2.0

/**
 * Compressing a file piece by piece. gzip runs in the calling thread, because only there does the thread's priority apply to
 * it; Node.js has no such call for a zstd frame of several pieces, so zstd runs in the process's thread pool.
 */
import { once } from 'node:events';
import type { Writable } from 'node:stream';
// Not by name: Node 20 has no zstd, and a missing name would keep the module from loading.
import zlib from 'node:zlib';

export type Compression = 'none' | 'gzip' | 'zstd';

/** A part of a file. */
export interface FilePiece {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

/** Takes the pieces of a file and gives what is to be written. A piece's memory may be used again afterwards. */
export type Compressor = (piece: FilePiece) => Promise<readonly Buffer[]>;

/** Logs get 12 to 43 % larger than with zlib's default of 6, in a third to a half of the time (docs/decisions/rotating-files.md). */
const GZIP_LEVEL = 3;

/** Of the memory into which a piece is compressed, a multiple of which it may take. */
const OUTPUT_CHUNK_BYTES = 256 * 1024;

/** RFC 1952, section 2.3: deflate, no flags, no time, no system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);

export function compressorFor(compression: Compression): Compressor {
  if (compression === 'gzip') return gzipCompressor();
  return compression === 'zstd' ? zstdCompressor() : ({ bytes }) => Promise.resolve([bytes]);
}

/**
 * One gzip member, because readers are about that stop behind the first. Each piece is deflated on its own and ends at the
 * border of a byte, so that they can be joined; none refers to one before.
 */
function gzipCompressor(): Compressor {
  let crc = 0;
  let length = 0;
  return async ({ bytes, isLast }) => {
    const deflated = zlib.deflateRawSync(bytes, {
      level: GZIP_LEVEL,
      chunkSize: OUTPUT_CHUNK_BYTES,
      finishFlush: isLast ? zlib.constants.Z_FINISH : zlib.constants.Z_SYNC_FLUSH,
    });
    const parts = length === 0 ? [GZIP_HEADER, deflated] : [deflated];
    crc = zlib.crc32(bytes, crc);
    length += bytes.byteLength;
    return isLast ? [...parts, gzipTrailer(crc, length)] : parts;
  };
}

function gzipTrailer(crc: number, length: number): Buffer {
  const trailer = Buffer.alloc(8);
  trailer.writeUInt32LE(crc, 0);
  trailer.writeUInt32LE(length % 2 ** 32, 4);
  return trailer;
}

function zstdCompressor(): Compressor {
  const stream = zlib.createZstdCompress({ chunkSize: OUTPUT_CHUNK_BYTES });
  let parts: Buffer[] = [];
  stream.on('data', (part: Buffer) => parts.push(part));
  // Whoever waits for a piece learns it.
  stream.on('error', () => {});
  return async ({ bytes, isLast }) => {
    if (isLast) await once(stream.end(bytes), 'end');
    else await written(stream, bytes);
    const taken = parts;
    parts = [];
    return taken;
  };
}

function written(stream: Writable, bytes: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
