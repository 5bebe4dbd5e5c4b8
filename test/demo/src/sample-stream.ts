// SPDX-License-Identifier: Apache-2.0
import { Writable } from 'node:stream';

const LINE_FEED = 0x0a;
const SPACE = 0x20;

/**
 * Stands where stdout would: counts the records that reach it and keeps what came first, or passes all on.
 */
export class SampleStream extends Writable {
  readonly isTTY: boolean;
  #beginning = '';
  #records = 0;
  #isAtLineStart = true;
  #bytes = 0;
  readonly #keptLength: number;
  readonly #passTo: Writable | undefined;

  constructor(keptLength: number, passTo: (Writable & { readonly isTTY?: boolean }) | undefined, isTTY: boolean) {
    super();
    this.#keptLength = keptLength;
    this.#passTo = passTo;
    this.isTTY = isTTY;
  }

  /** What arrived first, cut at a line's end. */
  get beginning(): string {
    return this.#beginning.slice(0, this.#beginning.lastIndexOf('\n') + 1);
  }

  /** Lines that begin a record: those of a stack below it are indented. */
  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.#bytes += chunk.length;
    for (let start = 0; start < chunk.length;) {
      if (this.#isAtLineStart && chunk[start] !== SPACE) this.#records += 1;
      const end = chunk.indexOf(LINE_FEED, start);
      this.#isAtLineStart = end !== -1;
      start = end === -1 ? chunk.length : end + 1;
    }
    if (this.#beginning.length < this.#keptLength) {
      this.#beginning += chunk.toString('utf8', 0, this.#keptLength - this.#beginning.length);
    }
    if (this.#passTo === undefined) done();
    else this.#passTo.write(chunk, done);
  }
}
