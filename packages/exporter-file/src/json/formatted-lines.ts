// SPDX-License-Identifier: Apache-2.0
import { type ReadableLogRecord, THROWS, TRUNCATED } from '@logferry/core';
import { type ByteArena, cutPosition, reserve } from '@logferry/otlp-encoding/json-writing';

import type { LineWriter } from './line-encoder.ts';

/** Gives the text of a record, without the newline. Line breaks in it are written as `\n` and `\r`. */
export type LogFormatter = (record: ReadableLogRecord) => string;

/** Writes what a formatter of the application gives. A marker stands for a record for which it throws. */
export class FormattedLines implements LineWriter {
  readonly #format: LogFormatter;
  readonly #maxRecordBytes: number;

  constructor(format: LogFormatter, maxRecordBytes: number) {
    this.#format = format;
    this.#maxRecordBytes = maxRecordBytes;
  }

  write(record: ReadableLogRecord, arena: ByteArena, start: number): number {
    const text = this.#textOf(record);
    // UTF-8 takes at most three bytes for a UTF-16 unit.
    reserve(arena, start, 3 * text.length);
    return start + arena.bytes.write(text, start);
  }

  #textOf(record: ReadableLogRecord): string {
    let text: unknown;
    try {
      text = this.#format(record);
    } catch {
      return THROWS.text;
    }
    if (typeof text !== 'string') return THROWS.text;
    const line = text.replace(/[\n\r]/g, (character) => (character === '\n' ? '\\n' : '\\r'));
    if (line.length * 3 <= this.#maxRecordBytes || Buffer.byteLength(line) <= this.#maxRecordBytes) return line;
    const room = Math.floor((this.#maxRecordBytes - TRUNCATED.text.length) / 3);
    return `${line.slice(0, cutPosition(line, room))}${TRUNCATED.text}`;
  }
}
