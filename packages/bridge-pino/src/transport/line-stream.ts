// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setImmediate as eventLoopTurn } from 'node:timers/promises';

import { type LineWindow, WINDOW_UNITS } from './line-window.ts';

const NEWLINE = 0x0a;

export interface LineSink {
  /** Whether lines are to come as bytes, by `takeAt`, where they can. */
  readonly takesBytes: boolean;
  /** Called before lines that were there at the same time. */
  begin(): void;
  /** Takes a line without its newline. Never throws. */
  take(line: string): void;
  /** Takes the line that starts at a position of the window. Never throws. @returns the position of its newline. */
  takeAt(window: LineWindow, start: number): number;
  /** Undefined while there is room. */
  room(): Promise<void> | undefined;
  end(): Promise<void>;
  flush(): Promise<void>;
}

export interface LineStreamParts {
  readonly sink: LineSink;
  /** For this stream alone. */
  readonly window: LineWindow;
  /** Lines that are taken between two looks at the sink's room. */
  readonly linesPerLook: number;
}

/** The stream that pino writes lines to. It never fails: an error here would end the application's logger. */
export class LineStream extends Writable {
  readonly #parts: LineStreamParts;
  readonly #decoder = new StringDecoder('utf8');
  /** The beginning of a line whose end has not come. */
  #rest = '';
  /** Whole lines that are being taken. */
  #text = '';
  /** Behind what the window has of the text. */
  #textPosition = 0;
  /** Behind what was taken from the window. */
  #windowPosition = 0;
  /** Lines that may still be taken before the next look. */
  #linesLeft = 0;

  constructor(parts: LineStreamParts) {
    super({ decodeStrings: false });
    this.#parts = parts;
  }

  override _write(chunk: string | Buffer, _encoding: string, done: () => void): void {
    const added = typeof chunk === 'string' ? chunk : this.#decoder.write(chunk);
    const text = this.#rest === '' ? added : this.#rest + added;
    const end = text.lastIndexOf('\n') + 1;
    this.#rest = text.slice(end);
    this.#text = end === text.length ? text : text.slice(0, end);
    this.#textPosition = 0;
    // Most chunks are short: they need no look at the room, and no turn.
    if (this.#takeSome()) done();
    else void this.#takeRest(done);
  }

  override _final(done: () => void): void {
    void this.#end(done);
  }

  /** Called by pino's worker for `logger.flush`. Never rejects: what goes wrong is said by the pipeline. */
  async flush(): Promise<void> {
    try {
      await this.#parts.sink.flush();
    } catch {
      // The records stay queued.
    }
  }

  async #takeRest(done: () => void): Promise<void> {
    const { sink, linesPerLook } = this.#parts;
    for (;;) {
      const room = sink.room();
      if (room !== undefined) await room;
      this.#linesLeft = linesPerLook;
      if (this.#takeSome()) break;
      // Sends go on in it.
      await eventLoopTurn();
    }
    done();
  }

  async #end(done: () => void): Promise<void> {
    const { sink } = this.#parts;
    const last = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (last.trim() !== '') {
      sink.begin();
      sink.take(last);
    }
    await sink.end();
    done();
  }

  /** Takes lines until a look is due. @returns whether all were taken. */
  #takeSome(): boolean {
    const { sink, window } = this.#parts;
    if (this.#linesLeft > 0) sink.begin();
    while (this.#linesLeft > 0) {
      if (this.#windowPosition < window.end) {
        const start = this.#windowPosition;
        const newline = window.bytes[start] === NEWLINE ? start : sink.takeAt(window, start);
        this.#windowPosition = newline + 1;
        this.#linesLeft -= 1;
      } else if (this.#textPosition < this.#text.length) {
        if (!sink.takesBytes || !this.#fillWindow()) this.#takeText();
      } else {
        break;
      }
    }
    if (this.#windowPosition < window.end || this.#textPosition < this.#text.length) return false;
    this.#text = '';
    return true;
  }

  /** Brings the next lines into the window. @returns false where the next one is too long for it. */
  #fillWindow(): boolean {
    const { window } = this.#parts;
    const text = this.#text;
    const start = this.#textPosition;
    const reach = start + WINDOW_UNITS;
    const end = text.length <= reach ? text.length : text.lastIndexOf('\n', reach - 1) + 1;
    if (end <= start) return false;
    window.fill(text.slice(start, end));
    this.#windowPosition = 0;
    this.#textPosition = end;
    return true;
  }

  /** Takes the next line as text. */
  #takeText(): void {
    const text = this.#text;
    const start = this.#textPosition;
    const newline = text.indexOf('\n', start);
    if (newline > start) this.#parts.sink.take(text.slice(start, newline));
    this.#linesLeft -= 1;
    this.#textPosition = newline + 1;
  }
}
