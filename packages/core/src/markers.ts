// SPDX-License-Identifier: Apache-2.0

/**
 * A text that stands for a value which can't be encoded or does not fit. It is a class of its own, so that an encoder
 * can count markers and nobody mistakes an application's string for one.
 */
export class Marker {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get text(): string {
    return this.#text;
  }

  /** Unlike `instanceof`, it runs no code of the value. */
  static is(value: object): value is Marker {
    return #text in value;
  }
}

/** The value contains itself. */
export const CIRCULAR: Marker = new Marker('[Circular]');

/** The value is nested deeper than receivers accept; see `NestingGuard`. */
export const MAX_DEPTH: Marker = new Marker('[MaxDepth]');

/** Reading the value threw. What was thrown is not kept: its message may hold anything. */
export const THROWS: Marker = new Marker('[Throws]');

/**
 * The rest did not fit into the record: the end of a cut string, the last item of a cut array, the last key of a cut
 * map (its value is how many entries were left out).
 */
export const TRUNCATED: Marker = new Marker('[Truncated]');
