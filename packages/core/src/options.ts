// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from './errors.ts';

/** The bounds of a numeric option; both ends are allowed values. */
export interface NumberBounds {
  readonly min: number;
  readonly max?: number;
  /** Whether Infinity is allowed, meaning "no limit". Default: false. */
  readonly allowInfinity?: boolean;
}

/**
 * The value of a whole-number option, or its default when it is undefined.
 * @throws LogferryError `INVALID_OPTION` that names the option, the value and the bound.
 */
export function integerOption(name: string, value: number | undefined, fallback: number, bounds: NumberBounds): number {
  if (value === undefined) return fallback;
  if (value === Infinity && bounds.allowInfinity === true) return value;
  const max = bounds.max ?? Number.MAX_SAFE_INTEGER;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < bounds.min || value > max) {
    const range = bounds.max === undefined ? `at least ${bounds.min}` : `from ${bounds.min} to ${bounds.max}`;
    throw invalidOption(name, value, `a whole number ${range}${bounds.allowInfinity === true ? ', or Infinity' : ''}`);
  }
  return value;
}

/**
 * The value of an option that takes one of a few words, or its default when it is undefined.
 * @throws LogferryError `INVALID_OPTION` that names the option, the value and the allowed words.
 */
export function choiceOption<T extends string>(
  name: string,
  value: T | undefined,
  fallback: T,
  allowed: readonly T[],
): T {
  if (value === undefined) return fallback;
  if (!allowed.includes(value))
    throw invalidOption(name, value, `one of ${allowed.map((word) => `'${word}'`).join(', ')}`);
  return value;
}

/**
 * The value of a boolean option, or its default when it is undefined.
 * @throws LogferryError `INVALID_OPTION` that names the option and the value.
 */
export function booleanOption(name: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback;
  if (typeof value !== 'boolean') throw invalidOption(name, value, 'true or false');
  return value;
}

/** The error for a bad option. Never pass the value of an option that may hold a secret: pass undefined instead. */
export function invalidOption(name: string, value: unknown, expected: string): LogferryError {
  return new LogferryError('INVALID_OPTION', `${name} must be ${expected}; it is ${describe(value)}`);
}

const SHOWN_LENGTH = 80;

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value);
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'bigint':
      return `${value}n`;
    default:
      return value === null ? 'null' : `a value of type ${typeof value}`;
  }
}
