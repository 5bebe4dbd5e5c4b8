// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream';

import { DescriptorWriter, type WriteResult } from './descriptor-writer.ts';
import { descriptorOf, isIntercepted, redirectedFile } from './redirected-file.ts';
import { unwrittenBytes } from './unwritten-bytes.ts';

/** Bytes that were handed to a stream. */
export interface StreamWrite {
  readonly bytes: Uint8Array;
  /** Undefined while the stream holds them. */
  result: WriteResult | undefined;
}

const NOT_AT_ONCE: Error = Object.assign(new Error('the stream did not write at once'), { code: 'EAGAIN' });

/**
 * A stream of the application, often `process.stdout`, that is written to without a change in how it behaves for others:
 *
 * - A failed write emits 'error', which ends the process where nobody listens. While a write is under way, and until the
 *   event of a failed one has come, one listener is there; then it is taken away again, so that what the application's
 *   own writes do stays the application's own matter.
 * - It is never ended or destroyed.
 */
export class GuardedStream {
  readonly #stream: Writable;
  readonly #file: DescriptorWriter | undefined;
  readonly #idleWaiters: (() => void)[] = [];
  /** In the order in which they were handed over. */
  readonly #pending = new Set<StreamWrite>();
  #isListening = false;
  /** Set when a pipe is written past its stream, at the end of the process. */
  #pipe: DescriptorWriter | undefined;
  /** Set when what the stream holds could not be brought out: anything more would stand in the middle of it. */
  #isStuck = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    this.#file = redirectedFile(stream);
  }

  /** Whether the stream still holds something of ours. */
  get isBusy(): boolean {
    // A file or a terminal has written everything by the time that write() returns, though it calls back later.
    return this.#pending.size > 0 && this.#stream.writableLength > 0;
  }

  /** Settles when no write of ours is under way. */
  async idle(): Promise<void> {
    if (this.#pending.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#idleWaiters.push(resolve);
    });
  }

  /** Hands bytes to the stream at once. `done` is called once, also before it returns, when they have a result. */
  write(bytes: Uint8Array, done: () => void): StreamWrite {
    if (this.#file !== undefined && !isIntercepted(this.#stream)) {
      const write = { bytes, result: this.#file.write(bytes) };
      done();
      return write;
    }
    this.#listen();
    const write: StreamWrite = { bytes, result: undefined };
    this.#pending.add(write);
    const finish = (error?: Error | null): void => {
      // A stream that throws after it has called back.
      if (!this.#pending.delete(write)) return;
      if (this.#pending.size === 0) this.#rest(error instanceof Error);
      write.result =
        error instanceof Error ? { writtenBytes: 0, error } : { writtenBytes: bytes.length, error: undefined };
      done();
    };
    try {
      this.#stream.write(bytes, finish);
    } catch (error) {
      finish(error instanceof Error ? error : new Error('write threw'));
    }
    return write;
  }

  /**
   * Writes without the event loop, after what the stream holds of ours. Only for the end of the process: what the stream
   * would do with the event loop is done here. Without a result: the stream was not given the bytes, because it holds others.
   *
   * @param endMillis until when a full pipe is waited for, by `performance.now()`.
   */
  writeSync(bytes: Uint8Array, endMillis: number): StreamWrite {
    const write: StreamWrite = { bytes, result: undefined };
    if (this.#file !== undefined && !isIntercepted(this.#stream)) write.result = this.#file.write(bytes, endMillis);
    else if (!this.finishPending(endMillis)) return write;
    else if (this.#pipe !== undefined) write.result = this.#pipe.write(bytes, endMillis);
    else write.result = this.#writeAtOnce(bytes);
    return write;
  }

  /** Brings out what the stream holds of ours. False: it holds something that can't be brought out. */
  finishPending(endMillis: number): boolean {
    if (this.#isStuck) return false;
    const held = this.#stream.writableLength;
    if (this.#pipe !== undefined || held === 0) {
      for (const write of this.#pending) write.result ??= this.#taken(write.bytes);
      this.#pipe ??= this.#openPipe();
      return true;
    }
    const pending = [...this.#pending];
    const ours = pending.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const unwritten = unwrittenBytes(this.#stream);
    const pipe = this.#openPipe();
    // Bytes of the application are in between, or nobody knows how far the stream has got.
    if (pipe === undefined || ours !== held || unwritten === undefined || unwritten > ours) return false;
    this.#pipe = pipe;
    let skipped = ours - unwritten;
    for (const write of pending) {
      const { bytes } = write;
      const start = Math.min(skipped, bytes.length);
      skipped -= start;
      const { writtenBytes, error } = pipe.write(bytes.subarray(start), endMillis);
      write.result = { writtenBytes: start + writtenBytes, error };
      if (error !== undefined) this.#isStuck = true;
      if (this.#isStuck) break;
    }
    return !this.#isStuck;
  }

  /** A pipe or socket of the process, where only a stream of Node's own stands before it. */
  #openPipe(): DescriptorWriter | undefined {
    const descriptor = descriptorOf(this.#stream);
    if (descriptor === undefined || isIntercepted(this.#stream)) return undefined;
    return (this.#stream as { readonly isTTY?: unknown }).isTTY === true ? undefined : new DescriptorWriter(descriptor);
  }

  /** A terminal writes at once; any other stream may, and shows it by holding nothing afterwards. */
  #writeAtOnce(bytes: Uint8Array): WriteResult {
    this.#listen();
    try {
      this.#stream.write(bytes);
    } catch (error) {
      return { writtenBytes: 0, error: error instanceof Error ? error : new Error('write threw') };
    }
    return this.#taken(bytes);
  }

  #taken(bytes: Uint8Array): WriteResult {
    const { errored, writableLength } = this.#stream;
    const error = errored ?? (writableLength === 0 ? undefined : NOT_AT_ONCE);
    return { writtenBytes: error === undefined ? bytes.length : 0, error };
  }

  readonly #ignore = (): void => {};

  #listen(): void {
    if (this.#isListening) return;
    this.#stream.on('error', this.#ignore);
    this.#isListening = true;
  }

  #rest(hasFailed: boolean): void {
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
    const stop = (): void => {
      if (this.#pending.size > 0 || !this.#isListening) return;
      this.#stream.off('error', this.#ignore);
      this.#isListening = false;
    };
    if (!hasFailed) {
      stop();
      return;
    }
    // The event comes after the callback: in the next tick, or with a destroy() of its own that takes its time, just
    // before 'close'.
    setImmediate(() => {
      if (this.#stream.destroyed && !this.#stream.closed) this.#stream.once('close', () => setImmediate(stop));
      else stop();
    });
  }
}
