// SPDX-License-Identifier: Apache-2.0
import { CIRCULAR, ItemList, Marker, MAX_DEPTH, type NamedValues, normalizeValue, TRUNCATED } from '@logferry/core';

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
    const ancestors = this.#ancestors;
    if (ancestors.includes(value)) return CIRCULAR.text;
    if (depth >= DEPTH_BOUND) return this.#normal(value, depth);
    const budget = this.#budget;
    const ancestorCount = ancestors.length;
    try {
      if (Array.isArray(value)) {
        ancestors.push(value);
        const list = this.#items(value as readonly unknown[], depth + 1);
        ancestors.pop();
        return list;
      }
      if (!isPlainObject(value)) return this.#normal(value, depth);
      ancestors.push(value);
      const fields = this.#fields(value as Fields, depth + 1);
      ancestors.pop();
      if (fields !== undefined) return fields;
    } catch {
      // A getter, or the trap of a proxy, threw: core's mapping reads with care.
      ancestors.length = ancestorCount;
    }
    this.#budget = budget;
    return this.#normal(value, depth);
  }

  #items(items: readonly unknown[], depth: number): unknown[] {
    const { length } = items;
    // A proxy can name any length.
    if (!Number.isSafeInteger(length) || length < 0) return [];
    const copy: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      if (this.#budget <= 0) {
        copy.push(TRUNCATED.text);
        break;
      }
      copy.push(this.plain(items[index], depth));
    }
    return copy;
  }

  /** Undefined where a key is unsafe. */
  #fields(fields: Fields, depth: number): Record<string, unknown> | undefined {
    const copy: Record<string, unknown> = {};
    let seen = 0;
    // This very form (an own key of the loop, read in place) is what V8 reads without looking the key up.
    for (const key in fields) {
      if (!Object.prototype.hasOwnProperty.call(fields, key)) continue;
      if (key === 'constructor' || key === '__proto__') return undefined;
      if (this.#budget <= 0) {
        copy[TRUNCATED.text] = Object.keys(fields).length - seen;
        break;
      }
      seen += 1;
      const value = fields[key];
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
