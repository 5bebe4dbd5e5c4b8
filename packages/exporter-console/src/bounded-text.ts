// SPDX-License-Identifier: Apache-2.0
import { Buffer } from 'node:buffer';

import { cutPosition } from '@logferry/otlp-encoding';

/** Below this many bytes no further value is begun; the marker of a cut string takes about as much. */
const SMALLEST_USEFUL_BYTES = 32;

/**
 * The text of one record as it is formatted, with a limit in bytes of UTF-8. Strings of the record are cut where the
 * limit is reached, and a caller begins no further value when `isFull`. What it still writes then, brackets and fields of
 * fixed size, comes out of the reserve.
 */
export class BoundedText {
  #text = '';
  #leftBytes: number;
  #isCut = false;

  constructor(maxBytes: number, reservedBytes: number) {
    this.#leftBytes = maxBytes - reservedBytes;
  }

  get text(): string {
    return this.#text;
  }

  /** Whether something was cut or left out. */
  get isCut(): boolean {
    return this.#isCut;
  }

  markCut(): void {
    this.#isCut = true;
  }

  /** More items of an array or a map than this can't fit: an item takes two bytes at least. */
  get mostItems(): number {
    return Math.ceil(this.leftBytes / 2);
  }

  get leftBytes(): number {
    return Math.max(this.#leftBytes, 0);
  }

  /** Whether no further value may be begun; then the text is marked as cut. */
  isFull(): boolean {
    if (this.#leftBytes >= SMALLEST_USEFUL_BYTES) return false;
    this.#isCut = true;
    return true;
  }

  /** Appends ASCII text of bounded length: punctuation, names of fields, numbers, colour codes. It is never cut. */
  fixed(text: string): void {
    this.#text += text;
    this.#leftBytes -= text.length;
  }

  /** Appends text of the record through `encode`, which escapes it. An end that doesn't fit becomes `…[+characters]`. */
  value(text: string, encode: (text: string) => string): void {
    // A character takes a byte at least: a text of megabytes is not escaped as a whole.
    const whole = text.length <= this.#leftBytes ? encode(text) : undefined;
    if (whole !== undefined) {
      const bytes = Buffer.byteLength(whole);
      if (bytes <= this.#leftBytes) {
        this.#text += whole;
        this.#leftBytes -= bytes;
        return;
      }
    }
    const cut = cutToFit(text, this.#leftBytes, encode);
    this.#text += cut;
    this.#leftBytes -= Buffer.byteLength(cut);
    this.#isCut = true;
  }
}

/** The longest beginning of a text that, encoded with its marker, takes no more than `maxBytes`; at least the marker. */
function cutToFit(text: string, maxBytes: number, encode: (text: string) => string): string {
  const cutAt = (length: number): string => {
    const position = cutPosition(text, length);
    return encode(`${text.slice(0, position)}…[+${text.length - position}]`);
  };
  let low = 0;
  let high = Math.max(Math.min(text.length, maxBytes), 0);
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (Buffer.byteLength(cutAt(middle)) <= maxBytes) low = middle;
    else high = middle - 1;
  }
  return cutAt(low);
}
