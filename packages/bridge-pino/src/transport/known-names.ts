// SPDX-License-Identifier: Apache-2.0
import type { FieldName } from '@logferry/core';

import type { FieldRole } from './field-role.ts';

/** A name of fields, as lines have it: in its quotes, with the colon behind it. */
export class KnownName implements FieldName {
  readonly name: string;
  readonly role: FieldRole;
  /** The bytes as lines have them, in groups of four, zeros behind them. */
  readonly words: Int32Array;
  /** Of the last group: the bits that count. */
  readonly mask: number;
  /** Bytes as lines have them. */
  readonly length: number;
  readonly hash: number;
  encoded: unknown = undefined;
  /** The name that followed this one last time: most lines of a program have their fields in the same order. */
  next: KnownName | undefined = undefined;
  /** The number of the line that it was seen in last. */
  line = 0;
  /** Another name with the same place in the table. */
  readonly neighbour: KnownName | undefined;

  constructor(name: string, role: FieldRole, hash: number, neighbour: KnownName | undefined) {
    const written = Buffer.from(`"${name}":`);
    this.name = name;
    this.role = role;
    this.hash = hash;
    this.neighbour = neighbour;
    this.length = written.length;
    this.words = new Int32Array(Math.ceil(written.length / 4));
    const padded = Buffer.concat([written, Buffer.alloc(4)]);
    for (let index = 0; index < this.words.length; index += 1) this.words[index] = padded.readInt32LE(4 * index);
    this.mask = (-1 >>> (8 * (4 * this.words.length - written.length))) | 0;
  }

  /** Whether it stands at a position, from its quote to its colon. */
  standsAt(view: DataView, position: number): boolean {
    const { words } = this;
    const last = words.length - 1;
    for (let index = 0; index < last; index += 1) {
      if (view.getInt32(position + 4 * index, true) !== words[index]) return false;
    }
    return (view.getInt32(position + 4 * last, true) & this.mask) === words[last];
  }
}

/** Longer names are not worth their place. In bytes. */
const MAX_NAME_BYTES = 64;

/** A program that uses more names than this makes them from data. */
const MAX_NAMES = 4096;

/** Names at one place of the table; somebody who chooses names could make them meet there. */
const MAX_NEIGHBOURS = 16;

/** After so many names that found no place the table starts anew, in case the program has moved on to others. */
const MAX_MISSES = 1 << 16;

/** Names of fields, with what they mean. Bounded in their number and their size. */
export class KnownNames {
  readonly #roleOf: (name: string) => FieldRole;
  #table: (KnownName | undefined)[] = [];
  #count = 0;
  #misses = 0;
  /** Stands before the first name of a line. */
  first: KnownName = beforeFirst();

  constructor(roleOf: (name: string) => FieldRole) {
    this.#roleOf = roleOf;
    this.#clear();
  }

  /** The name between two positions, without its quotes. Undefined where the table has no place for it. */
  find(bytes: Buffer, view: DataView, start: number, end: number): KnownName | undefined {
    if (end - start > MAX_NAME_BYTES) return undefined;
    let hash = 0;
    for (let position = start; position < end; position += 1) hash = (Math.imul(hash, 31) + bytes[position]!) | 0;
    let neighbours = 0;
    let known = this.#table[hash & (MAX_NAMES - 1)];
    while (known !== undefined) {
      if (known.hash === hash && known.length === end - start + 3 && known.standsAt(view, start - 1)) return known;
      neighbours += 1;
      known = known.neighbour;
    }
    return this.#add(bytes.toString('utf8', start, end), hash, neighbours);
  }

  #add(name: string, hash: number, neighbours: number): KnownName | undefined {
    if (this.#count >= MAX_NAMES || neighbours >= MAX_NEIGHBOURS) {
      this.#misses += 1;
      if (this.#misses >= MAX_MISSES) this.#clear();
      return undefined;
    }
    const place = hash & (MAX_NAMES - 1);
    const added = new KnownName(name, this.#roleOf(name), hash, this.#table[place]);
    this.#table[place] = added;
    this.#count += 1;
    return added;
  }

  #clear(): void {
    this.#table = Array.from({ length: MAX_NAMES });
    this.#count = 0;
    this.#misses = 0;
    // The old names still follow each other. A line that mixed them with new ones could have one name twice, unseen.
    this.first = beforeFirst();
  }
}

function beforeFirst(): KnownName {
  return new KnownName('', 0, 0, undefined);
}
