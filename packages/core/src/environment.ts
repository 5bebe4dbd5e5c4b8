// SPDX-License-Identifier: Apache-2.0
import type { Diagnostics } from './diagnostics.ts';

/**
 * Environment variables as the OpenTelemetry specification reads them: an empty value counts as unset, and a bad value
 * is reported and ignored (Environment Variable Specification, "Parsing empty value" and "Numeric").
 */
export class Environment {
  readonly #variables: Readonly<Record<string, string | undefined>>;
  readonly #diagnostics: Diagnostics;

  constructor(variables: Readonly<Record<string, string | undefined>>, diagnostics: Diagnostics) {
    this.#variables = variables;
    this.#diagnostics = diagnostics;
  }

  /** The first of the names that is set, trimmed; undefined when none is. */
  text(...names: readonly string[]): string | undefined {
    return this.find(...names)?.value;
  }

  /** Like `text`, with the name that was found. */
  find(...names: readonly string[]): { readonly name: string; readonly value: string } | undefined {
    for (const name of names) {
      const value = this.#variables[name]?.trim();
      if (value !== undefined && value !== '') return { name, value };
    }
    return undefined;
  }

  /** A whole number of at least `min`; a bad one is reported and ignored. */
  integer(min: number, ...names: readonly string[]): number | undefined {
    const found = this.find(...names);
    if (found === undefined) return undefined;
    const value = /^\d{1,15}$/.test(found.value) ? Number(found.value) : Number.NaN;
    if (value >= min) return value;
    this.#ignore(found.name, `a whole number of at least ${min}`);
    return undefined;
  }

  /** True only for "true" in any case; anything but "true" and "false" is reported and counts as false. */
  boolean(...names: readonly string[]): boolean | undefined {
    const found = this.find(...names);
    if (found === undefined) return undefined;
    const lower = found.value.toLowerCase();
    if (lower === 'true') return true;
    if (lower !== 'false') this.#ignore(found.name, '"true" or "false"');
    return false;
  }

  /** One of the allowed words; an unknown one is reported and ignored. */
  choice<T extends string>(allowed: readonly T[], ...names: readonly string[]): T | undefined {
    const found = this.find(...names);
    if (found === undefined) return undefined;
    const word = allowed.find((candidate) => candidate === found.value.toLowerCase());
    if (word === undefined) this.#ignore(found.name, `one of ${allowed.join(', ')}`);
    return word;
  }

  // The value stays out of the message: a variable may have been set to a secret by mistake.
  #ignore(name: string, expected: string): void {
    this.#diagnostics.warn(
      `environment:${name}`,
      `the environment variable ${name} is ignored: it must be ${expected}`,
    );
  }
}
