// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';

import type { PackedOptions } from './protocol.ts';

/** Deeper options are a mistake, or a cycle. */
const MAX_DEPTH = 20;

export type OptionFunction = (...parameters: readonly unknown[]) => unknown;

export interface PackedWithFunctions {
  readonly packed: PackedOptions;
  /** By path. */
  readonly functions: ReadonlyMap<string, OptionFunction>;
}

/**
 * Options as a message can carry them, with the functions taken out.
 *
 * @param callbacks paths where a function may stand.
 * @throws LogferryError `INVALID_OPTION` that names the path of a value which can't go to another thread.
 */
export function packOptions(options: object, callbacks: readonly string[]): PackedWithFunctions {
  const functions = new Map<string, OptionFunction>();
  const places: string[][] = [];

  function pack(value: unknown, path: readonly string[]): unknown {
    switch (typeof value) {
      case 'function':
        if (!callbacks.includes(path.join('.'))) {
          throw cannotGo(path, 'a function, and the worker thread could not call it');
        }
        functions.set(path.join('.'), value as OptionFunction);
        places.push([...path]);
        return undefined;
      case 'symbol':
        throw cannotGo(path, 'a symbol');
      case 'object':
        return value === null || isBytes(value) ? value : packObject(value, path);
      default:
        return value;
    }
  }

  function packObject(value: object, path: readonly string[]): unknown {
    if (path.length > MAX_DEPTH) throw cannotGo(path.slice(0, 3), 'nested without end');
    if (Array.isArray(value)) return value.map((item, index) => pack(item, [...path, String(index)]));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null)
      throw cannotGo(path, `an instance of ${className(value)}`);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, pack(item, [...path, key])]));
  }

  const data = packObject({ ...options }, []);
  return { packed: { data, functions: places }, functions };
}

function isBytes(value: object): boolean {
  return ArrayBuffer.isView(value) || value instanceof ArrayBuffer;
}

function className(value: object): string {
  const { name } = value.constructor;
  return typeof name === 'string' && name !== '' ? name : 'a class';
}

function cannotGo(path: readonly string[], what: string): LogferryError {
  return new LogferryError(
    'INVALID_OPTION',
    `${path.join('.')} can't be used in a worker thread: it is ${what}; leave it out, or use the exporter without a worker`,
  );
}
