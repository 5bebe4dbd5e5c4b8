// SPDX-License-Identifier: Apache-2.0
import {
  CIRCULAR,
  ItemList,
  Marker,
  MAX_DEPTH,
  type NamedValues,
  normalizeValue,
  THROWS,
  TRUNCATED,
} from '@logferry/core';

/** Deeper values are rarely read by anyone, and the SDK walks them recursively. */
const DEPTH_BOUND = 32;

/** Values, at all depths together, of one attribute or body. */
const SIZE_BOUND = 10_000;

/** Keys that the SDK takes for a sign of a class, or assigns to and so loses. */
const UNSAFE_KEYS: readonly string[] = ['constructor', '__proto__'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * A value in the forms that the SDK keeps on both lines: strings, numbers, booleans, null, bytes, arrays and plain objects.
 * It follows core's value mapping; what that mapping keeps beyond these forms becomes text: a bigint beyond the safe
 * integers its digits. The result shares nothing with the value but bytes' copies, so later changes don't reach the record.
 * Never throws; cycles, depth and size end in a marker such as `[Circular]`.
 */
export function plainValue(value: unknown): unknown {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return value;
    default:
      return value === null ? null : new Walk().plain(value, 0);
  }
}

class Walk {
  readonly #ancestors: unknown[] = [];
  #budget = SIZE_BOUND;

  plain(value: unknown, depth: number): unknown {
    if (this.#budget <= 0) return TRUNCATED.text;
    this.#budget -= 1;
    switch (typeof value) {
      case 'string':
      case 'boolean':
      case 'number':
        return value;
      case 'object':
        return value === null ? null : this.#object(value, depth);
      default:
        return this.#normal(value, depth);
    }
  }

  /** Plain objects and arrays are copied directly: core's mapping says the same of them, by way of lists of names and values. */
  #object(value: object, depth: number): unknown {
    if (this.#ancestors.includes(value)) return CIRCULAR.text;
    if (depth >= DEPTH_BOUND) return this.#normal(value, depth);
    let keys: readonly string[] | undefined;
    let length = 0;
    try {
      if (Array.isArray(value)) length = (value as readonly unknown[]).length;
      else if (isPlainObject(value)) keys = Object.keys(value);
      else return this.#normal(value, depth);
    } catch {
      // The trap of a proxy threw.
      return THROWS.text;
    }
    if (keys === undefined) {
      // A proxy can name any length.
      if (!Number.isSafeInteger(length) || length < 0) return [];
      this.#ancestors.push(value);
      const list = this.#copyItems(value as readonly unknown[], length, depth + 1);
      this.#ancestors.pop();
      return list;
    }
    if (keys.includes('constructor') || keys.includes('__proto__')) return this.#normal(value, depth);
    this.#ancestors.push(value);
    const copy = this.#copyFields(value as Fields, keys, depth + 1);
    this.#ancestors.pop();
    return copy;
  }

  #copyItems(items: readonly unknown[], length: number, depth: number): unknown[] {
    const copy: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      if (this.#budget <= 0) {
        copy.push(TRUNCATED.text);
        break;
      }
      copy.push(this.plain(read(items, index), depth));
    }
    return copy;
  }

  #copyFields(fields: Fields, keys: readonly string[], depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as string;
      if (this.#budget <= 0) {
        copy[TRUNCATED.text] = keys.length - index;
        break;
      }
      const value = read(fields, key);
      // As JSON does; one line of the SDK would keep it, the other would not.
      if (value !== undefined) copy[key] = this.plain(value, depth);
    }
    return copy;
  }

  #normal(value: unknown, depth: number): unknown {
    const normal = normalizeValue(value, this.#budget);
    if (typeof normal === 'bigint') return Number.isSafeInteger(Number(normal)) ? Number(normal) : String(normal);
    if (typeof normal !== 'object' || normal === null) return normal;
    if (normal instanceof Uint8Array) return Uint8Array.from(normal);
    if (normal instanceof Marker) return normal.text;
    if (depth >= DEPTH_BOUND) return MAX_DEPTH.text;
    this.#ancestors.push(value);
    const plain = normal instanceof ItemList ? this.#list(normal, depth) : this.#map(normal, depth);
    this.#ancestors.pop();
    return plain;
  }

  #list(list: ItemList, depth: number): unknown[] {
    const items: unknown[] = list.items.map((item) => this.plain(item, depth + 1));
    if (list.leftOut > 0) items.push(TRUNCATED.text);
    return items;
  }

  #map({ names, values, leftOut }: NamedValues, depth: number): unknown {
    const entries: [string, unknown][] = [];
    for (const [index, name] of names.entries()) {
      const value = values[index];
      if (value !== undefined) entries.push([name, this.plain(value, depth + 1)]);
    }
    if (leftOut > 0) entries.push([TRUNCATED.text, leftOut]);
    return entries.some(([name]) => UNSAFE_KEYS.includes(name)) ? entries : Object.fromEntries(entries);
  }
}

/** An object literal, or one like it, without a form of its own. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}

function read(source: object, key: PropertyKey): unknown {
  try {
    return (source as Record<PropertyKey, unknown>)[key];
  } catch {
    return THROWS;
  }
}
