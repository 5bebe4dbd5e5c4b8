// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream';

/** What Node's pipes and sockets tell of themselves beyond their documentation. */
interface PipeInternals {
  /** Chunks that wait for the one before them. */
  readonly writableBuffer?: readonly { readonly chunk?: { readonly byteLength?: unknown } }[];
  /** `writeQueueSize`: bytes that the kernel has not taken yet of what was handed to libuv. */
  readonly _handle?: { readonly writeQueueSize?: unknown } | null;
}

/**
 * Bytes that a pipe was given and the kernel has not taken yet; undefined where that can't be known. `writableLength` is
 * no answer: it counts a chunk whole until its last byte is gone.
 */
export function unwrittenBytes(stream: Writable): number | undefined {
  const { writableBuffer, _handle: handle } = stream as unknown as PipeInternals;
  const inKernelQueue = handle?.writeQueueSize;
  if (typeof inKernelQueue !== 'number' || !Array.isArray(writableBuffer)) return undefined;
  let bytes = inKernelQueue;
  for (const { chunk } of writableBuffer as NonNullable<PipeInternals['writableBuffer']>) {
    if (typeof chunk?.byteLength !== 'number') return undefined;
    bytes += chunk.byteLength;
  }
  return bytes;
}
