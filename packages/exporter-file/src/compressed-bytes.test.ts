// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import zlib from 'node:zlib';
import { describe, expect, it } from 'vitest';

import { fileExporter } from './test-support/file-exporter.ts';
import { LogDirectory } from './test-support/log-directory.ts';

/** A file is compressed in pieces of so many bytes. */
const PIECE_BYTES = 2 ** 20;

const SIZES: readonly number[] = [
  0,
  2,
  PIECE_BYTES - 1,
  PIECE_BYTES,
  PIECE_BYTES + 1,
  2 * PIECE_BYTES,
  5 * PIECE_BYTES + 7,
];

const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Text that compresses about as well as logs do. */
function textOf(size: number): Buffer {
  const lines: string[] = [];
  for (let n = 0; lines.length * 100 < size; n += 1) {
    const id = ((n * 2_654_435_761) % 2 ** 32).toString(36).padStart(7, '0');
    lines.push(`{"n":"${id}","message":"an order was accepted"}`.padEnd(99));
  }
  return Buffer.from(`${lines.join('\n')}\n`).subarray(0, size);
}

/** What becomes of a rotated file that a former process left. */
async function compressed(compression: 'gzip' | 'zstd', text: Buffer): Promise<Buffer> {
  const logs = new LogDirectory();
  writeFileSync(logs.at('orders.000001.jsonl'), text);
  await fileExporter({ path: logs.at('orders.jsonl'), compression }).shutdown();
  return readFileSync(logs.at(`orders.000001.jsonl.${compression === 'gzip' ? 'gz' : 'zst'}`));
}

function inflateRaw(stream: Buffer): { readonly text: Buffer; readonly readBytes: number } {
  const { buffer, engine } = zlib.inflateRawSync(stream, { info: true }) as unknown as {
    readonly buffer: Buffer;
    readonly engine: { readonly bytesWritten: number };
  };
  return { text: buffer, readBytes: engine.bytesWritten };
}

describe('a compressed file', () => {
  it.each(SIZES)('of %i bytes is one gzip member, whole, and as small as gzip makes it', async (size) => {
    const text = textOf(size);
    expect(text.byteLength).toBe(size);
    const bytes = await compressed('gzip', text);
    expect(zlib.gunzipSync(bytes).equals(text)).toBe(true);
    // RFC 1952: 10 bytes, one deflate stream, its CRC-32 and length.
    const stream = bytes.subarray(10, -8);
    const inflated = inflateRaw(stream);
    expect(inflated.text.equals(text)).toBe(true);
    expect(inflated.readBytes).toBe(stream.byteLength);
    expect([bytes.readUInt32LE(bytes.byteLength - 8), bytes.readUInt32LE(bytes.byteLength - 4)]).toStrictEqual([
      zlib.crc32(text),
      size,
    ]);
    expect(bytes.byteLength).toBeLessThanOrEqual(zlib.gzipSync(text, { level: 3 }).byteLength * 1.02);
  });

  it.each(SIZES)('of %i bytes is one zstd frame, whole', async (size) => {
    const text = textOf(size);
    const bytes = await compressed('zstd', text);
    expect(zlib.zstdDecompressSync(bytes).equals(text)).toBe(true);
    // RFC 8878, section 3.1.1: the magic number begins each frame.
    expect([bytes.indexOf(ZSTD_MAGIC), bytes.lastIndexOf(ZSTD_MAGIC)]).toStrictEqual([0, 0]);
  });
});
