// SPDX-License-Identifier: Apache-2.0
import { writeText } from './protobuf-wire.ts';

/** A KeyValue up to its value: the tag and text of the key, and the tag of the value. */
export class EncodedKey {
  readonly key: string;
  readonly length: number;
  /**
   * The bytes in groups of eight with zeros behind them, as doubles, because that is the most that can be written at once.
   * None of them is a NaN, whose bits might change on the way: its eighth byte would be 0x7f or 0xff behind one from 0xf0
   * on, which UTF-8 has not.
   */
  readonly octets: Float64Array;
  /** The key that followed this one last time: most records of a program have their keys in the same order. */
  next: EncodedKey | undefined = undefined;

  constructor(key: string) {
    const length = writeKey(scratch, 0, key);
    scratch.fill(0, length, length + 7);
    this.key = key;
    this.length = length;
    this.octets = new Float64Array(Math.ceil(length / 8));
    for (let index = 0; index < this.octets.length; index += 1) this.octets[index] = scratch.readDoubleLE(8 * index);
  }
}

/** Most keys that programs use are shorter; a longer one is not worth its place. In UTF-16 units. */
export const MAX_CACHED_KEY_LENGTH = 64;

/** A program that uses more keys than this makes them from data. At their longest they take some 1.5 MB. */
const MAX_KEYS = 4096;

/** After so many keys that found no place the cache starts anew, in case the program has moved on to other keys. */
const MAX_MISSES = 1 << 18;

/** Attribute keys as bytes. Bounded in their number and their size. */
export class AttributeKeys {
  readonly #keys = new Map<string, EncodedKey>();
  #misses = 0;

  /** Undefined when the cache has no place for the key. */
  find(key: string): EncodedKey | undefined {
    return this.#keys.get(key) ?? this.#add(key);
  }

  #add(key: string): EncodedKey | undefined {
    if (key.length > MAX_CACHED_KEY_LENGTH) return undefined;
    if (this.#keys.size >= MAX_KEYS) {
      this.#misses += 1;
      if (this.#misses < MAX_MISSES) return undefined;
      this.#misses = 0;
      this.#keys.clear();
    }
    const encoded = new EncodedKey(key);
    this.#keys.set(key, encoded);
    return encoded;
  }
}

/** Writes a KeyValue up to its value's length. An empty key is the default of its field, and so it is left out. */
export function writeKey(bytes: Buffer, start: number, key: string): number {
  let position = start;
  if (key !== '') {
    bytes[position] = 0x0a;
    position = writeText(bytes, position + 1, key);
  }
  bytes[position] = 0x12;
  return position + 1;
}

const scratch: Buffer<ArrayBuffer> = Buffer.allocUnsafeSlow(256);
