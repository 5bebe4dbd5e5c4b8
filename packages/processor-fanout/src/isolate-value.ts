// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';

import { ValueSnapshots } from '@logferry/core';

/** What encoders take of one record; beyond it the copy is one that ends there with a marker, as theirs does. */
const MAX_VALUES = 10_000;
const MAX_DEPTH = 31;

/**
 * Copies of values whose change in place nobody else sees. Plain objects and arrays keep their structure, dates and
 * primitives stay what they are. Anything else (instances of classes, errors, maps, bytes, what is circular, too deep or
 * too large, or throws) becomes what exporters make of it.
 */
export function isolateValue(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  try {
    return new StructureCopy().copy(value, 0);
  } catch {
    return snapshot(value);
  }
}

/** Attributes with isolated values; one that can't be read is what exporters make of it. */
export function isolateAttributes(attributes: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {};
  try {
    for (const key of Object.keys(attributes)) {
      put(copy, key, isolateValue((attributes as Record<string, unknown>)[key]));
    }
    return copy;
  } catch {
    const snapshots = new ValueSnapshots();
    snapshots.start();
    return snapshots.attributes(attributes);
  }
}

class StructureCopy {
  #left = MAX_VALUES;

  copy(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null) return value;
    this.#left -= 1;
    // What is circular ends here as well. The caller takes a snapshot instead.
    if (this.#left < 0 || depth > MAX_DEPTH) throw new RangeError('too large');
    if (Array.isArray(value)) return this.#list(value, depth);
    if (types.isDate(value)) return new Date(Date.prototype.getTime.call(value));
    const prototype: unknown = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return snapshot(value);
    const copy = (prototype === null ? Object.create(null) : {}) as Record<string, unknown>;
    for (const key of Object.keys(value)) {
      this.#left -= 1;
      put(copy, key, this.copy((value as Record<string, unknown>)[key], depth + 1));
    }
    return copy;
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    if (list.length > this.#left) throw new RangeError('too large');
    this.#left -= list.length;
    return Array.from(list, (item) => this.copy(item, depth + 1));
  }
}

function snapshot(value: object): unknown {
  const snapshots = new ValueSnapshots();
  snapshots.start();
  return snapshots.body(value);
}

function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    // Assigning it would change the prototype of the copy instead of adding a key.
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
