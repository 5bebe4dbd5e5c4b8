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

/** The time of records. Most lie in the same second as the one before, so its text is kept. */
export class JsonTime {
  readonly #form: 'iso' | 'epoch-millis' | 'epoch-nanos';
  readonly #start: string;
  #seconds = -1;
  #fragment: JsonFragment | undefined;

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
    if (typeof seconds !== 'number' || typeof nanos !== 'number') return position;
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS) return position;
    if (!Number.isInteger(nanos) || nanos < 0 || nanos >= BILLION) return position;
    const fragment = this.#fragmentOf(seconds);
    const at = writeFragment(arena, position, fragment);
    if (this.#form === 'epoch-millis') {
      return writeInteger(arena, at, seconds * 1000 + Math.floor(nanos / NANOS_PER_MILLI));
    }
    return writeFragment(arena, writeNineDigits(arena, at, nanos), this.#form === 'iso' ? ISO_END : QUOTE);
  }

  #fragmentOf(seconds: number): JsonFragment {
    const last = this.#fragment;
    if (seconds === this.#seconds && last !== undefined) return last;
    const fragment = new JsonFragment(this.#start + this.#secondText(seconds));
    this.#seconds = seconds;
    this.#fragment = fragment;
    return fragment;
  }

  #secondText(seconds: number): string {
    if (this.#form === 'epoch-millis') return '';
    if (this.#form === 'epoch-nanos') return `"${seconds}`;
    return `"${new Date(seconds * 1000).toISOString().slice(0, -4)}`;
  }
}
