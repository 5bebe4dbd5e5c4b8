// SPDX-License-Identifier: Apache-2.0
import type { ReadableLogRecord } from '@logferry/core';
import type { ByteArena } from './byte-arena.ts';
import { JsonFragment, writeFragment } from './json-fragment.ts';
import { writeInteger } from './json-number.ts';

type SpanContext = NonNullable<ReadableLogRecord['spanContext']>;

const FLAGS = new JsonFragment(',"flags":');

/** Lower-case hex digits by character code; 0 for what is none. */
const HEX_DIGITS = new Uint8Array(128);
for (const digit of '0123456789abcdefABCDEF') HEX_DIGITS[digit.charCodeAt(0)] = digit.toLowerCase().charCodeAt(0);

const ZERO = 0x30;

/** Writes `flags`, `traceId` and `spanId`. Records of one request share their ids, so the last ones are kept. */
export class JsonSpanIds {
  readonly #traceId = new LastId(',"traceId":"', 32);
  readonly #spanId = new LastId(',"spanId":"', 16);

  /** Needs room for 128 bytes. An id that is not valid hex, or all zero, is left out. */
  write(arena: ByteArena, start: number, spanContext: SpanContext): number {
    let position = start;
    // The upper bits of the field are reserved.
    const flags = spanContext.traceFlags & 0xff;
    if (flags !== 0) position = writeInteger(arena, writeFragment(arena, position, FLAGS), flags);
    position = this.#traceId.write(arena, position, spanContext.traceId);
    return this.#spanId.write(arena, position, spanContext.spanId);
  }
}

class LastId {
  readonly #fragment: JsonFragment;
  readonly #digits: Uint8Array;
  #hex = '';
  #isValid = false;

  constructor(start: string, digits: number) {
    this.#fragment = new JsonFragment(`${start}${'0'.repeat(digits)}"`);
    this.#digits = new Uint8Array(this.#fragment.words.buffer, start.length, digits);
  }

  write(arena: ByteArena, position: number, hex: unknown): number {
    if (hex !== this.#hex) this.#read(hex);
    return this.#isValid ? writeFragment(arena, position, this.#fragment) : position;
  }

  #read(hex: unknown): void {
    this.#hex = '';
    this.#isValid = false;
    const digits = this.#digits;
    if (typeof hex !== 'string' || hex.length !== digits.length) return;
    let isZero = true;
    for (let index = 0; index < digits.length; index += 1) {
      const digit = HEX_DIGITS[hex.charCodeAt(index)] ?? 0;
      if (digit === 0) return;
      if (digit !== ZERO) isZero = false;
      digits[index] = digit;
    }
    this.#hex = hex;
    this.#isValid = !isZero;
  }
}
