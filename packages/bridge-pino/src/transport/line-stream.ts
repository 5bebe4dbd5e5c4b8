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
  /** Lines that may still be taken before the next look. */
  #linesLeft = 0;

  /** @param linesPerLook lines that are taken between two looks at the sink's room. */
  constructor(sink: LineSink, linesPerLook: number) {
    super({ decodeStrings: false });
    this.#sink = sink;
    this.#linesPerLook = linesPerLook;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    const added = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
    const text = this.#rest === '' ? added : this.#rest + added;
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = text.slice(end);
    // Most chunks are short: they need no look at the room, and no turn.
    const at = this.#takeSome(text, 0);
    if (at < end) void this.#takeRest(text, at, end, done);
    else done();
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

  async #takeRest(text: string, from: number, end: number, done: () => void): Promise<void> {
    let at = from;
    for (let looks = 1; at < end; looks += 1) {
      const room = this.#sink.room();
      if (room !== undefined) await room;
      this.#linesLeft = this.#linesPerLook;
      at = this.#takeSome(text, at);
      if (looks % LOOKS_PER_TURN === 0) await eventLoopTurn();
    }
    done();
  }

  async #end(done: () => void): Promise<void> {
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (last.trim() !== '') this.#sink.take(last);
    await this.#sink.end();
    done();
  }

  /** Takes lines until a look is due. @returns the position behind those that were taken. */
  #takeSome(text: string, from: number): number {
    let start = from;
    while (this.#linesLeft > 0) {
      const newline = text.indexOf('\n', start);
      if (newline === -1) break;
      // Pino ends lines with CRLF where it is told to; JSON.parse takes a CR.
      if (newline > start) this.#sink.take(text.slice(start, newline));
      this.#linesLeft -= 1;
      start = newline + 1;
    }
    return start;
  }
}
