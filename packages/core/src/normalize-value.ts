// SPDX-License-Identifier: Apache-2.0

/**
 * What each JavaScript value becomes in OTLP's AnyValue model: the one definition that the encoders follow, and the processor
 * that redacts what they will write. The README of @logferry/otlp-encoding shows it as a table.
 *
 * It works one level deep: the items of an array and the values of a map are left as they are, so that the caller's own
 * recursion keeps depth, cycles (`NestingGuard`) and size in hand. Own methods of the value are never called, apart
 * from getters, proxy traps and `toJSON`; what these throw becomes a marker.
 */
import { types } from 'node:util';
import { Marker, THROWS } from './markers.ts';

/**
 * - `null`: the empty AnyValue
 * - `bigint`: always within int64
 * - `number`: an int64 when `isInt64Number`, otherwise a double
 * - `Uint8Array`: bytes, not copied
 */
export type NormalValue = null | string | boolean | number | bigint | Uint8Array | ItemList | NamedValues | Marker;

/** An array. */
export class ItemList {
  readonly items: readonly unknown[];
  /** Items beyond `maxItems`. */
  readonly leftOut: number;

  constructor(items: readonly unknown[], leftOut: number) {
    this.items = items;
    this.leftOut = leftOut;
  }
}

/** A map from string to any value, in order. */
export class NamedValues {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
  /** Entries beyond `maxItems`. */
  readonly leftOut: number;

  constructor(names: readonly string[], values: readonly unknown[], leftOut: number) {
    this.names = names;
    this.values = values;
    this.leftOut = leftOut;
  }
}

/** Whether a number is encoded as int64: every integer from -2^63 to below 2^63, except -0, which only a double holds. */
export function isInt64Number(value: number): boolean {
  return Number.isInteger(value) && value >= -0x8000000000000000 && value < 0x8000000000000000 && !Object.is(value, -0);
}

/**
 * The form of a value, one level deep. Never throws.
 *
 * @param maxItems how many items of an array, or entries of a map, are taken at most; the rest is counted.
 */
export function normalizeValue(value: unknown, maxItems: number = Number.MAX_SAFE_INTEGER): NormalValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return value;
    case 'undefined':
      return null;
    case 'bigint':
      return BigInt.asIntN(64, value) === value ? value : bigIntText(value);
    case 'symbol':
      return String(value);
    case 'function':
      return describeFunction(value);
    default:
      if (value === null) return null;
      return normalizeReference(value as object, maxItems);
  }
}

/** Some 10,000 digits. Writing a bigint in decimal takes time that grows with the square of its length, so larger ones are hex. */
const DECIMAL_BOUND = 1n << 32_768n;

function bigIntText(value: bigint): string {
  if (value < DECIMAL_BOUND && value > -DECIMAL_BOUND) return String(value);
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function describeFunction(value: object): string {
  try {
    const { name } = value as { name?: unknown };
    return typeof name === 'string' && name !== '' ? `[Function ${name}]` : '[Function]';
  } catch {
    return '[Function]';
  }
}

function normalizeReference(value: object, maxItems: number): NormalValue {
  if (Marker.is(value)) return value;
  try {
    return normalizeObject(value, maxItems, true);
  } catch {
    return THROWS;
  }
}

function normalizeObject(value: object, maxItems: number, mayConvert: boolean): NormalValue {
  if (Array.isArray(value)) return listItems(value, value.length, maxItems);
  if (ArrayBuffer.isView(value)) return normalizeView(value, maxItems);
  if (types.isAnyArrayBuffer(value)) return new Uint8Array(value);
  if (types.isDate(value)) return describeDate(value);
  if (types.isMap(value)) return normalizeMap(value, maxItems);
  if (types.isSet(value)) return normalizeSet(value, maxItems);
  if (types.isNativeError(value) || value instanceof Error) return normalizeError(value, maxItems);
  if (types.isRegExp(value)) return RegExp.prototype.toString.call(value);
  if (types.isBoxedPrimitive(value)) return normalizeValue(unbox(value), maxItems);
  if (types.isPromise(value)) return '[Promise]';
  if (types.isWeakMap(value)) return '[WeakMap]';
  if (types.isWeakSet(value)) return '[WeakSet]';
  if (value instanceof URL) return Reflect.get(URL.prototype, 'href', value);
  if (value instanceof URLSearchParams) return URLSearchParams.prototype.toString.call(value);
  if (mayConvert) {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === 'function') {
      const converted: unknown = toJSON.call(value, '');
      // As JSON.stringify does: what toJSON returns is not converted again, but its members are.
      if (typeof converted === 'object' && converted !== null) return normalizeObject(converted, maxItems, false);
      return normalizeValue(converted, maxItems);
    }
  }
  return ownEntries(value, Object.keys(value), maxItems, [], []);
}

function read(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return THROWS;
  }
}

function listItems(value: object, length: number, maxItems: number): ItemList {
  // The length of a Proxy around an array can be anything.
  if (!Number.isSafeInteger(length) || length < 0) return new ItemList([], 0);
  const taken = Math.min(length, maxItems);
  const items: unknown[] = [];
  for (let index = 0; index < taken; index += 1) items.push(read(value, index));
  return new ItemList(items, length - taken);
}

function ownEntries(
  value: object,
  keys: readonly string[],
  maxItems: number,
  names: string[],
  values: unknown[],
): NamedValues {
  const taken = Math.min(keys.length, Math.max(maxItems - names.length, 0));
  for (const key of keys.slice(0, taken)) {
    names.push(key);
    values.push(read(value, key));
  }
  return new NamedValues(names, values, keys.length - taken);
}

const TYPED_ARRAY_PROTOTYPE = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** Its bytes by its true bounds, also where the object shadows them. */
function bytesOf(view: ArrayBufferView, prototype: object): Uint8Array {
  const bound = (name: 'byteLength' | 'byteOffset'): number => Reflect.get(prototype, name, view) as number;
  const buffer = Reflect.get(prototype, 'buffer', view) as ArrayBufferLike;
  return new Uint8Array(buffer, bound('byteOffset'), bound('byteLength'));
}

function normalizeView(value: ArrayBufferView, maxItems: number): NormalValue {
  if (types.isDataView(value)) return bytesOf(value, DataView.prototype);
  if (types.isUint8Array(value) || types.isUint8ClampedArray(value)) return bytesOf(value, TYPED_ARRAY_PROTOTYPE);
  return listItems(value, Reflect.get(TYPED_ARRAY_PROTOTYPE, 'length', value) as number, maxItems);
}

function describeDate(value: Date): string {
  return Number.isNaN(Date.prototype.getTime.call(value)) ? 'Invalid Date' : Date.prototype.toISOString.call(value);
}

/** A map of its entries when the keys are distinct as strings, otherwise an array of `[key, value]` arrays. */
function normalizeMap(value: ReadonlyMap<unknown, unknown>, maxItems: number): NormalValue {
  const keys: unknown[] = [];
  const values: unknown[] = [];
  for (const entry of Map.prototype.entries.call(value) as Iterable<[unknown, unknown]>) {
    if (keys.length >= maxItems) break;
    keys.push(entry[0]);
    values.push(entry[1]);
  }
  const leftOut = sizeOf(value, Map.prototype) - keys.length;
  const names = distinctNames(keys);
  if (names !== undefined) return new NamedValues(names, values, leftOut);
  return new ItemList(
    keys.map((key, index) => [key, values[index]]),
    leftOut,
  );
}

function distinctNames(keys: readonly unknown[]): readonly string[] | undefined {
  const names = new Set<string>();
  for (const key of keys) {
    if (typeof key === 'string') names.add(key);
    else if (typeof key === 'number' || typeof key === 'bigint' || typeof key === 'boolean') names.add(`${key}`);
    else return undefined;
  }
  return names.size === keys.length ? [...names] : undefined;
}

function normalizeSet(value: ReadonlySet<unknown>, maxItems: number): ItemList {
  const items: unknown[] = [];
  for (const item of Set.prototype.values.call(value) as Iterable<unknown>) {
    if (items.length >= maxItems) break;
    items.push(item);
  }
  return new ItemList(items, sizeOf(value, Set.prototype) - items.length);
}

/** The true size, also of an object that shadows `size`. */
function sizeOf(value: object, prototype: object): number {
  return Reflect.get(prototype, 'size', value) as number;
}

/** Members that errors have although they are not enumerable, in this order; undefined ones are left out. */
const ERROR_MEMBERS: readonly string[] = ['name', 'message', 'stack', 'cause', 'errors'];

/** An error: its well-known members, then its own enumerable ones such as `code`. Its `toJSON` would drop the stack. */
function normalizeError(value: object, maxItems: number): NamedValues {
  const names: string[] = [];
  const values: unknown[] = [];
  for (const name of ERROR_MEMBERS) {
    const member = read(value, name);
    if (member === undefined) continue;
    names.push(name);
    values.push(member);
  }
  const others = Object.keys(value).filter((key) => !ERROR_MEMBERS.includes(key));
  return ownEntries(value, others, maxItems, names, values);
}

function unbox(value: object): unknown {
  if (types.isStringObject(value)) return String.prototype.valueOf.call(value);
  if (types.isNumberObject(value)) return Number.prototype.valueOf.call(value);
  if (types.isBooleanObject(value)) return Boolean.prototype.valueOf.call(value);
  if (types.isBigIntObject(value)) return BigInt.prototype.valueOf.call(value);
  return Symbol.prototype.valueOf.call(value as unknown as symbol);
}
