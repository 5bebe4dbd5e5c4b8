// SPDX-License-Identifier: Apache-2.0
import {
  type ByteArena,
  JsonFragment,
  writeFragment,
  writeInteger,
  writeNineDigits,
} from '@logferry/otlp-encoding/json-writing';

const NANOS_PER_MILLI = 1_000_000;
const BILLION = 1_000_000_000;

/** The last second that a Date holds. */
const MAX_SECONDS = 8_640_000_000_000;

const QUOTE = new JsonFragment('"');
const ISO_END = new JsonFragment('Z"');

/** The time of records. Many have that of the one before, and most the same second, so both texts are kept. */
export class JsonTime {
  readonly #form: 'iso' | 'epoch-millis' | 'epoch-nanos';
  readonly #start: string;
  #seconds = -1;
  #nanos = -1;
  /** What is written for this time. */
  #kept = new JsonFragment('');
  /** What it begins with. */
  #secondStart = new JsonFragment('');

  /** @param start what stands before the value. */
  constructor(form: 'iso' | 'epoch-millis' | 'epoch-nanos', start: string) {
    this.#form = form;
    this.#start = start;
  }

  /** Writes nothing for what is no time, or 0, which stands for none. Needs room for 128 bytes. */
  write(arena: ByteArena, position: number, time: unknown): number {
    if (!Array.isArray(time)) return position;
    const seconds: unknown = time[0];
    const nanos: unknown = time[1];
    if (seconds === this.#seconds && nanos === this.#nanos) return writeFragment(arena, position, this.#kept);
    if (typeof seconds !== 'number' || typeof nanos !== 'number') return position;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS) return position;
    if (!Number.isInteger(nanos) || nanos < 0 || nanos >= BILLION) return position;
    if (seconds !== this.#seconds) this.#secondStart = new JsonFragment(this.#start + this.#secondText(seconds));
    this.#seconds = seconds;
    this.#nanos = nanos;
    const end = this.#write(arena, writeFragment(arena, position, this.#secondStart), seconds, nanos);
    this.#keep(arena.bytes, position, end);
    return end;
  }

  #write(arena: ByteArena, position: number, seconds: number, nanos: number): number {
    if (this.#form === 'epoch-millis') {
      return writeInteger(arena, position, seconds * 1000 + Math.floor(nanos / NANOS_PER_MILLI));
    }
    return writeFragment(arena, writeNineDigits(arena, position, nanos), this.#form === 'iso' ? ISO_END : QUOTE);
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    if (this.#kept.byteLength !== end - start) {
      this.#kept = new JsonFragment(bytes.subarray(start, end));
      return;
    }
    // In place: each millisecond has a new one.
    const kept = new Uint8Array(this.#kept.words.buffer);
    for (let index = 0; index < end - start; index += 1) kept[index] = bytes[start + index]!;
  }

  #secondText(seconds: number): string {
    if (this.#form === 'epoch-millis') return '';
    if (this.#form === 'epoch-nanos') return `"${seconds}`;
    return `"${new Date(seconds * 1000).toISOString().slice(0, -4)}`;
  }
}
