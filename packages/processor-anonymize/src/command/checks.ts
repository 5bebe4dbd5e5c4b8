// SPDX-License-Identifier: Apache-2.0

/** Checks of what was read from JSON. Errors name the place and what is wanted there, never the value. */
import { knownOptions, LogferryError } from '@logferry/core';

/** @throws LogferryError `INVALID_OPTION` */
export type Check = (value: unknown, path: string) => void;

/** A check for each key of a type, so that the compiler tells when one is missing here. */
export type KeysOf<T, Left extends string = never> = { readonly [Key in Exclude<keyof T & string, Left>]-?: Check };

export const text: Check = (value, path) => {
  if (typeof value !== 'string') throw wrong(path, 'a text');
};

export const flag: Check = (value, path) => {
  if (typeof value !== 'boolean') throw wrong(path, 'true or false');
};

export const number: Check = (value, path) => {
  if (typeof value !== 'number') throw wrong(path, 'a number');
};

export function oneOf(words: readonly string[]): Check {
  return (value, path) => {
    if (typeof value !== 'string' || !words.includes(value)) throw wrong(path, `one of ${words.join(', ')}`);
  };
}

export function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) throw wrong(path, 'a list');
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`);
  };
}

/** An object whose keys are names. */
export function named(check: Check): Check {
  return (value, path) => {
    for (const [name, member] of Object.entries(objectOf(value, path))) check(member, `${path}.${name}`);
  };
}

/** `false` takes away what has the name. */
export function orFalse(check: Check): Check {
  return (value, path) => {
    if (value !== false) check(value, path);
  };
}

/** An object with these keys and no others. */
export function section(keys: Readonly<Record<string, Check>>, required: readonly string[]): Check {
  return (value, path) => {
    const object = objectOf(value, path);
    knownOptions(path, object, Object.keys(keys));
    for (const key of required) {
      if (!Object.hasOwn(object, key)) throw new LogferryError('INVALID_OPTION', `${path}.${key} is missing`);
    }
    for (const [key, member] of Object.entries(object)) keys[key]?.(member, `${path}.${key}`);
  };
}

export function objectOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(path, 'an object');
  return value as Readonly<Record<string, unknown>>;
}

export function wrong(path: string, expected: string): LogferryError {
  return new LogferryError('INVALID_OPTION', `${path} must be ${expected}`);
}
