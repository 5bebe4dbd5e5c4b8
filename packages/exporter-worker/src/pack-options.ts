// SPDX-License-Identifier: Apache-2.0
import { LogferryError } from '@logferry/core';
import type { MeterProvider } from '@opentelemetry/api';

import type { PackedOptions } from './protocol.ts';

/** Deeper options are a mistake, or a cycle. */
const MAX_DEPTH = 20;

export type OptionFunction = (...parameters: readonly unknown[]) => unknown;

/** Options for another thread, and by their paths what stays in this one. */
export interface PackResult {
  readonly packed: PackedOptions;
  readonly functions: ReadonlyMap<string, OptionFunction>;
  readonly meterProviders: ReadonlyMap<string, MeterProvider>;
}

/**
 * Options as a message can carry them, with functions and meter providers taken out.
 *
 * @param callbacks paths where a function may stand.
 * @throws LogferryError `INVALID_OPTION` that names the path of a value which can't go to another thread.
 */
export function packOptions(options: object, callbacks: readonly string[]): PackResult {
  const functions = new Map<string, OptionFunction>();
  const functionPlaces: string[][] = [];
  const meterProviders = new Map<string, MeterProvider>();
  const meterProviderPlaces: string[][] = [];

  function pack(value: unknown, path: readonly string[]): unknown {
    switch (typeof value) {
      case 'function':
        if (!callbacks.includes(path.join('.'))) {
          throw cannotGo(path, 'a function, and the worker thread could not call it');
        }
        functions.set(path.join('.'), value as OptionFunction);
        functionPlaces.push([...path]);
        return undefined;
      case 'symbol':
        throw cannotGo(path, 'a symbol');
      case 'object':
        if (value === null || isBytes(value)) return value;
        if (!isMeterProvider(value)) return packObject(value, path);
        meterProviders.set(path.join('.'), value);
        meterProviderPlaces.push([...path]);
        return undefined;
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
  return {
    packed: { data, functions: functionPlaces, meterProviders: meterProviderPlaces },
    functions,
    meterProviders,
  };
}

function isMeterProvider(value: object): value is MeterProvider {
  return typeof (value as Partial<MeterProvider>).getMeter === 'function';
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
