// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream';

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
  #pendingWrites = 0;
  #idle: Promise<unknown> = Promise.resolve();
  #isListening = false;

  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /** Whether the stream still holds something of ours. */
  get isBusy(): boolean {
    // A file or a terminal has written everything by the time that write() returns, though it calls back later.
    return this.#pendingWrites > 0 && this.#stream.writableLength > 0;
  }

  /** Settles when all that was written so far was taken or has failed. Never rejects. */
  get idle(): Promise<unknown> {
    return this.#idle;
  }

  /** Hands bytes to the stream at once. Resolves to the error when it failed, otherwise to undefined. */
  write(bytes: Uint8Array): Promise<Error | undefined> {
    this.#listen();
    this.#pendingWrites += 1;
    const written = new Promise<Error | undefined>((resolve) => {
      const done = (error?: Error | null): void => resolve(error ?? undefined);
      try {
        this.#stream.write(bytes, done);
      } catch (error) {
        done(error instanceof Error ? error : new Error('write threw'));
      }
    }).then((error) => {
      this.#pendingWrites -= 1;
      if (this.#pendingWrites === 0) this.#stopListening(error !== undefined);
      return error;
    });
    this.#idle = Promise.allSettled([this.#idle, written]);
    return written;
  }

  readonly #ignore = (): void => {};

  #listen(): void {
    if (this.#isListening) return;
    this.#stream.on('error', this.#ignore);
    this.#isListening = true;
  }

  #stopListening(hasFailed: boolean): void {
    const stop = (): void => {
      if (this.#pendingWrites > 0 || !this.#isListening) return;
      this.#stream.off('error', this.#ignore);
      this.#isListening = false;
    };
    if (!hasFailed) stop();
    // The event comes after the callback: in the next tick, or with a destroy() of its own that takes its time, just
    // before 'close'.
    else if (this.#stream.destroyed && !this.#stream.closed) this.#stream.once('close', () => setImmediate(stop));
    else setImmediate(stop);
  }
}
