// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';

/** Looks at the room between two turns of the event loop, in which sends go on: some milliseconds. */
const LOOKS_PER_TURN = 2;

export interface LineSink {
  /** Takes a line without its newline. Never throws. */
  take(line: string): void;
  /** Undefined while there is room. */
  room(): Promise<void> | undefined;
  end(): Promise<void>;
  flush(): Promise<void>;
}

/** The stream that pino writes lines to. It never fails: an error here would end the application's logger. */
export class LineStream extends Writable {
  readonly #sink: LineSink;
  readonly #linesPerLook: number;
  readonly #decoder = new StringDecoder('utf8');
  /** The beginning of a line whose end has not come. */
  #rest = '';

  /** @param linesPerLook lines that are taken between two looks at the sink's room. */
  constructor(sink: LineSink, linesPerLook: number) {
    super({ decodeStrings: false });
    this.#sink = sink;
    this.#linesPerLook = linesPerLook;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    void this.#handle(typeof chunk === 'string' ? chunk : this.#decoder.write(chunk), done);
  }

  override _final(done: () => void): void {
    void this.#end(done);
  }

  /** Called by pino's worker for `logger.flush`. Never rejects: what goes wrong is said by the pipeline. */
  async flush(): Promise<void> {
    try {
      await this.#sink.flush();
    } catch {
      // The records stay queued.
    }
  }

  async #handle(chunk: string, done: () => void): Promise<void> {
    const text = this.#rest === '' ? chunk : this.#rest + chunk;
    const end = text.lastIndexOf('\n') + 1;
    let at = 0;
    for (let looks = 1; at < end; looks += 1) {
      const room = this.#sink.room();
      if (room !== undefined) await room;
      at = this.#takeSome(text, at);
      if (at < end && looks % LOOKS_PER_TURN === 0) await eventLoopTurn();
    }
    this.#rest = text.slice(end);
    done();
  }

  async #end(done: () => void): Promise<void> {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (last.trim() !== '') this.#sink.take(last);
    await this.#sink.end();
    done();
  }

  /** @returns the position behind the lines that were taken. */
  #takeSome(text: string, from: number): number {
    let start = from;
    for (let count = 0; count < this.#linesPerLook; count += 1) {
      const newline = text.indexOf('\n', start);
      if (newline === -1) break;
      // Pino ends lines with CRLF where it is told to; JSON.parse takes a CR.
      if (newline > start) this.#sink.take(text.slice(start, newline));
      start = newline + 1;
    }
    return start;
  }
}
