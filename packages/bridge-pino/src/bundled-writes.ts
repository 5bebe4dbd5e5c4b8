// SPDX-License-Identifier: Apache-2.0

/** A stream of pino to a worker, as far as lines pass through it. */
export interface WorkerStream {
  write(text: string): boolean;
  flush(done?: (error?: Error) => void): void;
  flushSync(): void;
  end(): void;
}

/** UTF-16 units that wait at most. */
const MAX_LENGTH = 256 * 1024;

/**
 * Makes a stream take the lines of a turn of the event loop at once: one by one each costs a buffer, and more than pino's own
 * work. Pino's stream itself passes lines on once in a turn, so that none waits longer. Whatever ends or flushes the
 * stream, also at the exit of the process, calls one of the methods that hand over what waits.
 *
 * @returns the same stream.
 */
export function bundledWrites<S extends WorkerStream>(stream: S): S {
  const write = stream.write.bind(stream);
  const flush = stream.flush.bind(stream);
  const flushSync = stream.flushSync.bind(stream);
  const end = stream.end.bind(stream);
  let waiting = '';
  let isScheduled = false;
  const handOver = (): void => {
    isScheduled = false;
    if (waiting === '') return;
    const text = waiting;
    waiting = '';
    write(text);
  };
  const methods: WorkerStream = {
    write(line) {
      waiting += line;
      if (waiting.length > MAX_LENGTH) {
        handOver();
      } else if (!isScheduled) {
        isScheduled = true;
        setImmediate(handOver);
      }
      return true;
    },
    flush(done) {
      handOver();
      flush(done);
    },
    flushSync() {
      handOver();
      flushSync();
    },
    end() {
      handOver();
      end();
    },
  };
  return Object.assign(stream, methods);
}
