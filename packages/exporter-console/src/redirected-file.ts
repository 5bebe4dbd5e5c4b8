// SPDX-License-Identifier: Apache-2.0
import { fstatSync, writeSync } from 'node:fs';
import process from 'node:process';
import { Writable } from 'node:stream';

/** How much of a write arrived, and why it is not all. */
export interface WriteResult {
  readonly writtenBytes: number;
  /** Undefined when everything was written. */
  readonly error: Error | undefined;
}

const LINE_FEED = Uint8Array.of(0x0a);

/**
 * stdout or stderr redirected to a file. The stream that Node makes for it writes once and takes no notice when only a
 * part fits on the disk: the rest of the line would be lost uncounted, and the next record glued to what is there. So the
 * file is written here, just as synchronously and thus in order with the application's own writes.
 */
export class RedirectedFile {
  readonly #descriptor: number;
  /** Set after a write that ended in the middle of a line. */
  #isTorn = false;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** The file that a stream of the process is redirected to; undefined for any other stream. */
  static of(stream: Writable): RedirectedFile | undefined {
    if (stream !== process.stdout && stream !== process.stderr) return undefined;
    const { fd } = stream as { readonly fd?: unknown };
    try {
      return typeof fd === 'number' && fstatSync(fd).isFile() ? new RedirectedFile(fd) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Whether somebody put a `write` of their own on the stream, to see what is written: then it has to be called. */
  static isIntercepted(stream: Writable): boolean {
    return stream.write !== Writable.prototype.write;
  }

  write(bytes: Uint8Array): WriteResult {
    let writtenBytes = 0;
    try {
      // What is left of a line is ended, never continued by another record.
      if (this.#isTorn) writeSync(this.#descriptor, LINE_FEED);
      this.#isTorn = false;
      while (writtenBytes < bytes.length) writtenBytes += writeSync(this.#descriptor, bytes, writtenBytes);
      return { writtenBytes, error: undefined };
    } catch (error) {
      if (writtenBytes > 0) this.#isTorn = bytes[writtenBytes - 1] !== LINE_FEED[0];
      return { writtenBytes, error: error instanceof Error ? error : new Error('write threw') };
    }
  }
}
