// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';

/** Deeper maps make a message that protobuf decoders refuse as a whole: each takes 3 of their 100 levels. */
const MAX_DEPTH = 31;

/** Items and entries of one record; bounds how long a hostile record can hold the event loop. */
const MAX_VALUES = 10_000;

// What V8 takes for values that hold little, so that the queue's bound is one of memory. Measured; a small array has room
// for 17 items.
const NUMBER_BYTES = 10;
const VALUE_BYTES = 4;
const MAP_BYTES = 56;
const ARRAY_BYTES = 180;

const CIRCULAR = '[Circular]';
const TOO_DEEP = '[MaxDepth]';
const THROWS = '[Throws]';
const TRUNCATED = '[Truncated]';

/** Members that errors have although they are not enumerable. */
const ERROR_MEMBERS: readonly string[] = ['name', 'message', 'stack', 'cause', 'errors'];

/**
 * Copies values into what exporters handle: null, strings, booleans, numbers, bytes, plain arrays and plain objects. The
 * forms and the markers are those of @logferry/otlp-encoding, so that a destination looks the same behind any exporter;
 * only a bigint beyond the safe integers becomes a string here, because other exporters take none.
 *
 * Never throws: a value whose getter, proxy or toJSON throws becomes a marker. One record at a time.
 */
export class ValueSnapshots {
  byteLength = 0;
  droppedAttributes = 0;
  #left = MAX_VALUES;
  readonly #ancestors: object[] = [];

  /** Begins a record. */
  start(): void {
    this.byteLength = 0;
    this.droppedAttributes = 0;
    this.#left = MAX_VALUES;
  }

  body(value: unknown): unknown {
    return this.#copy(value);
  }

  attributes(attributes: object): Record<string, unknown> {
    const copy: Record<string, unknown> = {};
    let keys: readonly string[];
    try {
      keys = Object.keys(attributes);
    } catch {
      return { [THROWS]: THROWS };
    }
    for (const key of keys) {
      if (this.#left <= 0) {
        this.droppedAttributes += 1;
        continue;
      }
      this.#put(copy, key, attributes, key);
    }
    return copy;
  }

  #copy(value: unknown): unknown {
    switch (typeof value) {
      case 'string':
        this.byteLength += VALUE_BYTES + value.length;
        return value;
      case 'number':
      case 'boolean':
        this.byteLength += NUMBER_BYTES;
        return value;
      case 'undefined':
        return value;
      case 'bigint':
        return this.#copy(fromBigInt(value));
      case 'symbol':
        return this.#copy(String(value));
      case 'function':
        return this.#copy(describeFunction(value));
      default:
        return value === null ? null : this.#copyObject(value as object);
    }
  }

  #copyObject(value: object): unknown {
    if (this.#ancestors.includes(value)) return this.#copy(CIRCULAR);
    if (this.#ancestors.length >= MAX_DEPTH) return this.#copy(TOO_DEEP);
    this.#ancestors.push(value);
    try {
      return this.#convert(value, true);
    } catch {
      return this.#copy(THROWS);
    } finally {
      this.#ancestors.pop();
    }
  }

  #convert(value: object, mayConvert: boolean): unknown {
    if (Array.isArray(value)) return this.#list(value, value.length);
    if (ArrayBuffer.isView(value)) return this.#view(value);
    if (types.isAnyArrayBuffer(value)) return this.#bytes(new Uint8Array(value));
    if (types.isDate(value)) return this.#copy(describeDate(value));
    if (types.isMap(value)) return this.#map([...(Map.prototype.entries.call(value) as Iterable<[unknown, unknown]>)]);
    if (types.isSet(value)) {
      const items = [...(Set.prototype.values.call(value) as Iterable<unknown>)];
      return this.#list(items, items.length);
    }
    if (types.isNativeError(value) || value instanceof Error) return this.#object(value, errorMembers(value));
    if (types.isRegExp(value)) return this.#copy(RegExp.prototype.toString.call(value));
    if (types.isBoxedPrimitive(value)) return this.#copy((value as { valueOf(): unknown }).valueOf());
    if (types.isPromise(value)) return this.#copy('[Promise]');
    if (value instanceof URL) return this.#copy(Reflect.get(URL.prototype, 'href', value));
    if (mayConvert) {
      const { toJSON } = value as { toJSON?: unknown };
      if (typeof toJSON === 'function') {
        const converted: unknown = toJSON.call(value, '');
        return typeof converted === 'object' && converted !== null
          ? this.#convert(converted, false)
          : this.#copy(converted);
      }
    }
    return this.#object(value, Object.keys(value));
  }

  #list(source: object, length: number): unknown[] {
    this.byteLength += ARRAY_BYTES;
    const items: unknown[] = [];
    for (let index = 0; index < length; index += 1) {
      if (this.#left <= 0) {
        items.push(this.#copy(TRUNCATED));
        break;
      }
      items.push(this.#read(source, index));
    }
    return items;
  }

  #object(source: object, keys: readonly string[]): Record<string, unknown> {
    this.byteLength += MAP_BYTES;
    const copy: Record<string, unknown> = {};
    let leftOut = 0;
    for (const key of keys) {
      if (this.#left <= 0) leftOut += 1;
      else this.#put(copy, key, source, key);
    }
    if (leftOut > 0) copy[TRUNCATED] = leftOut;
    return copy;
  }

  /** An object where the keys are distinct as strings, otherwise an array of `[key, value]` arrays. */
  #map(entries: readonly (readonly [unknown, unknown])[]): unknown {
    const byName = new Map<string, unknown>();
    for (const [key, value] of entries) {
      if (typeof key === 'object' || typeof key === 'function' || typeof key === 'symbol') break;
      byName.set(`${key as string | number}`, value);
    }
    if (byName.size !== entries.length) return this.#list(entries, entries.length);
    this.byteLength += MAP_BYTES;
    const copy: Record<string, unknown> = {};
    for (const [name, value] of byName) {
      if (this.#left <= 0) {
        copy[TRUNCATED] = byName.size - Object.keys(copy).length;
        break;
      }
      this.#put(copy, name, [value], 0);
    }
    return copy;
  }

  #view(value: ArrayBufferView): unknown {
    const isBytes = types.isUint8Array(value) || types.isUint8ClampedArray(value) || types.isDataView(value);
    if (isBytes) return this.#bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return this.#list(value, (value as ArrayBufferView & { readonly length: number }).length);
  }

  #bytes(view: Uint8Array): Uint8Array {
    this.byteLength += VALUE_BYTES + view.length;
    // The copy, not Buffer's slice, which shares the memory.
    return Uint8Array.from(view);
  }

  #put(target: Record<string, unknown>, key: string, source: object, sourceKey: PropertyKey): void {
    this.byteLength += VALUE_BYTES + key.length;
    const value = this.#read(source, sourceKey);
    if (key === '__proto__') {
      // Assigning it would change the prototype of the copy instead of adding a key.
      Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
    } else {
      target[key] = value;
    }
  }

  #read(source: object, key: PropertyKey): unknown {
    this.#left -= 1;
    let value: unknown;
    try {
      value = (source as Record<PropertyKey, unknown>)[key];
    } catch {
      value = THROWS;
    }
    return this.#copy(value);
  }
}

function describeFunction(value: object): string {
  try {
    const { name } = value as { name?: unknown };
    return typeof name === 'string' && name !== '' ? `[Function ${name}]` : '[Function]';
  } catch {
    return '[Function]';
  }
}

function fromBigInt(value: bigint): number | string {
  if (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER) return Number(value);
  // Writing decimal digits takes time that grows with the square of their number.
  if (BigInt.asIntN(32_768, value) === value) return String(value);
  return value < 0n ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function describeDate(value: Date): string {
  return Number.isNaN(Date.prototype.getTime.call(value)) ? 'Invalid Date' : Date.prototype.toISOString.call(value);
}

function errorMembers(value: object): readonly string[] {
  const wellKnown = ERROR_MEMBERS.filter((name) => hasMember(value, name));
  return [...wellKnown, ...Object.keys(value).filter((key) => !ERROR_MEMBERS.includes(key))];
}

/** A member that throws is there: its marker says so. */
function hasMember(value: object, name: string): boolean {
  try {
    return (value as Record<string, unknown>)[name] !== undefined;
  } catch {
    return true;
  }
}
