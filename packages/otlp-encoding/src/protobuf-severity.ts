// SPDX-License-Identifier: Apache-2.0
import { MAX_UTF8_PER_UNIT, writeText } from './protobuf-wire.ts';

/** The fields severity_number and severity_text of a record. */
export interface EncodedSeverity {
  readonly text: unknown;
  readonly length: number;
  /** The bytes in groups of four, little-endian, zeros behind them. */
  readonly words: Int32Array;
}

const MAX_NUMBER = 24;

/** In UTF-16 units. */
const MAX_TEXT_LENGTH = 32;

/** Numbers from 0 to 24, and each mostly has one text: both fields together are kept as bytes. */
export class Severities {
  readonly #encoded: (EncodedSeverity | undefined)[] = Array.from({ length: MAX_NUMBER + 1 });

  /** Undefined for anything but a severity number of the data model and a short text. */
  find(number: unknown, text: unknown): EncodedSeverity | undefined {
    const index = number === undefined ? 0 : number;
    if (typeof index !== 'number') return undefined;
    const known = this.#encoded[index];
    return known !== undefined && known.text === text ? known : this.#encode(index, text);
  }

  #encode(number: number, text: unknown): EncodedSeverity | undefined {
    if (!Number.isInteger(number) || number < 0 || number > MAX_NUMBER) return undefined;
    if (text !== undefined && (typeof text !== 'string' || text.length > MAX_TEXT_LENGTH)) return undefined;
    const bytes = Buffer.alloc(8 + MAX_UTF8_PER_UNIT * MAX_TEXT_LENGTH);
    let length = 0;
    if (number !== 0) {
      bytes[0] = 0x10;
      bytes[1] = number;
      length = 2;
    }
    if (text !== undefined && text !== '') {
      bytes[length] = 0x1a;
      length = writeText(bytes, length + 1, text);
    }
    const words = new Int32Array(Math.ceil(length / 4));
    for (let index = 0; index < words.length; index += 1) words[index] = bytes.readInt32LE(4 * index);
    const encoded = { text, length, words };
    this.#encoded[number] = encoded;
    return encoded;
  }
}
