// SPDX-License-Identifier: Apache-2.0
import { CIRCULAR, ItemList, Marker, MAX_DEPTH, type NamedValues, normalizeValue, TRUNCATED } from '@logferry/core';

/** Deeper values are rarely read by anyone, and the SDK walks them recursively. */
const DEPTH_BOUND = 32;

/** Values, at all depths together, of one attribute or body. */
const SIZE_BOUND = 10_000;

/** Keys that the SDK takes for a sign of a class, or assigns to and so loses. */
const UNSAFE_KEYS: readonly string[] = ['constructor', '__proto__'];

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
      return new Walk().plain(value, 0);
  }
}

class Walk {
  readonly #ancestors: unknown[] = [];
  #budget = SIZE_BOUND;

  plain(value: unknown, depth: number): unknown {
    if (this.#budget <= 0) return TRUNCATED.text;
    this.#budget -= 1;
    const isReference = typeof value === 'object' && value !== null;
    if (isReference && this.#ancestors.includes(value)) return CIRCULAR.text;
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
      // As JSON does; one line of the SDK would keep it, the other would not.
      if (value !== undefined) entries.push([name, this.plain(value, depth + 1)]);
    }
    if (leftOut > 0) entries.push([TRUNCATED.text, leftOut]);
    return entries.some(([name]) => UNSAFE_KEYS.includes(name)) ? entries : Object.fromEntries(entries);
  }
}
