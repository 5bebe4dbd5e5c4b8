// SPDX-License-Identifier: Apache-2.0
import { writeSync } from 'node:fs';

/** How much of a write arrived, and why it is not all. */
export interface WriteResult {
  readonly writtenBytes: number;
  /** Undefined when everything was written. */
  readonly error: Error | undefined;
}

const LINE_FEED = Uint8Array.of(0x0a);

/** How soon a full pipe is tried again. */
const FULL_PIPE_WAIT_MILLIS = 2;

/** Writes lines to a file, pipe or socket synchronously. A line that was cut is ended, never continued by another one. */
export class DescriptorWriter {
  readonly #descriptor: number;
  /** Set after a write that ended in the middle of a line. */
  #isTorn = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** @param endMillis until when a full pipe is waited for, by `performance.now()`. Default: it is not waited for. */
  write(bytes: Uint8Array, endMillis: number = 0): WriteResult {
    if (this.#isTorn) {
      const { error } = this.#write(LINE_FEED, endMillis);
      if (error !== undefined) return { writtenBytes: 0, error };
      this.#isTorn = false;
    }
    const result = this.#write(bytes, endMillis);
    const { writtenBytes } = result;
    if (result.error !== undefined && writtenBytes > 0) this.#isTorn = bytes[writtenBytes - 1] !== LINE_FEED[0];
    return result;
  }

  #write(bytes: Uint8Array, endMillis: number): WriteResult {
    let writtenBytes = 0;
    while (writtenBytes < bytes.length) {
      try {
        writtenBytes += writeSync(this.#descriptor, bytes, writtenBytes);
      } catch (error) {
        const isFull = (error as { readonly code?: unknown }).code === 'EAGAIN';
        if (!isFull || performance.now() >= endMillis) {
          return { writtenBytes, error: error instanceof Error ? error : new Error('write threw') };
        }
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_PIPE_WAIT_MILLIS);
      }
    }
    return { writtenBytes, error: undefined };
  }
}
