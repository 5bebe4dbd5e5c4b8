// SPDX-License-Identifier: Apache-2.0
import type { ByteArena } from './byte-arena.ts';
import { NOT_WRITTEN } from './not-written.ts';
import { JsonFragment, writeFragment } from './json-fragment.ts';
import { writeNineDigits } from './json-number.ts';

const BILLION = 1_000_000_000;

/** Behind it the nanoseconds since the epoch do not fit into 64 bits. */
const MAX_SECONDS = 18_446_744_072;

/** A time field of records. Most records lie in the same second as the one before, so its digits are kept. */
export class JsonTimeField {
  readonly #start: string;
  #seconds = 0;
  #fragment: JsonFragment | undefined;

  /** @param start what stands before the digits. */
  constructor(start: string) {
    this.#start = start;
  }

  /** Writes a time as the SDK makes it; anything else, and the time 0 of records that have none, is `NOT_WRITTEN`. */
  write(arena: ByteArena, position: number, seconds: number, nanos: number): number {
    if ((nanos | 0) !== nanos || nanos < 0 || nanos >= BILLION) return NOT_WRITTEN;
    let fragment = this.#fragment;
    if (seconds !== this.#seconds || fragment === undefined) {
      if (!Number.isInteger(seconds) || seconds < 1 || seconds > MAX_SECONDS) return NOT_WRITTEN;
      fragment = new JsonFragment(`${this.#start}${seconds}`);
      this.#fragment = fragment;
      this.#seconds = seconds;
    }
    return writeNineDigits(arena, writeFragment(arena, position, fragment), nanos);
  }
}
