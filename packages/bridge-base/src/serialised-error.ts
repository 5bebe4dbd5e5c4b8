// SPDX-License-Identifier: Apache-2.0

/** Makes what is derived from it put its private fields on an object that there is already. */
// oxlint-disable-next-line typescript/no-extraneous-class -- a base class is what the language asks for here
class Given {
  constructor(given: object) {
    return given;
  }
}

/** Of objects that take no more fields, also no private ones in newer engines. */
const OF_FROZEN = new WeakMap<object, unknown>();

/**
 * The error behind its serialised form, out of sight of whatever prints this. A private field, because each entry of a WeakMap
 * costs the garbage collector more than the whole record.
 */
export class SerialisedError extends Given {
  #source: unknown;

  private constructor(serialised: object, source: unknown) {
    super(serialised);
    this.#source = source;
  }

  static remember(serialised: object, source: unknown): void {
    if (#source in serialised) serialised.#source = source;
    else if (Object.isExtensible(serialised)) void new SerialisedError(serialised, source);
    else OF_FROZEN.set(serialised, source);
  }

  static is(value: object): boolean {
    return #source in value || OF_FROZEN.has(value);
  }

  static sourceOf(value: object): unknown {
    return #source in value ? value.#source : OF_FROZEN.get(value);
  }
}
