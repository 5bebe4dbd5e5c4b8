// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream';

import { RedirectedFile, type WriteResult } from './redirected-file.ts';

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
  readonly #file: RedirectedFile | undefined;
  readonly #idleWaiters: (() => void)[] = [];
  #pendingWrites = 0;
  #isListening = false;

  constructor(stream: Writable) {
    this.#stream = stream;
    this.#file = RedirectedFile.of(stream);
  }

  /** Whether the stream still holds something of ours. */
  get isBusy(): boolean {
    // A file or a terminal has written everything by the time that write() returns, though it calls back later.
    return this.#pendingWrites > 0 && this.#stream.writableLength > 0;
  }

  /** Settles when no write of ours is under way. */
  async idle(): Promise<void> {
    if (this.#pendingWrites === 0) return;
    await new Promise<void>((resolve) => {
      this.#idleWaiters.push(resolve);
    });
  }

  /** Hands bytes to the stream at once. Never rejects. */
  write(bytes: Uint8Array): Promise<WriteResult> {
    if (this.#file !== undefined && !RedirectedFile.isIntercepted(this.#stream)) {
      return Promise.resolve(this.#file.write(bytes));
    }
    this.#listen();
    this.#pendingWrites += 1;
    return new Promise((resolve) => {
      let isDone = false;
      const done = (error?: Error | null): void => {
        // A stream that throws after it has called back.
        if (isDone) return;
        isDone = true;
        this.#pendingWrites -= 1;
        if (this.#pendingWrites === 0) this.#rest(error instanceof Error);
        resolve(error instanceof Error ? { writtenBytes: 0, error } : { writtenBytes: bytes.length, error: undefined });
      };
      try {
        this.#stream.write(bytes, done);
      } catch (error) {
        done(error instanceof Error ? error : new Error('write threw'));
      }
    });
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
      if (this.#pendingWrites > 0 || !this.#isListening) return;
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
