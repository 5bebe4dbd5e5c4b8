// SPDX-License-Identifier: Apache-2.0
import { ByteArena } from './byte-arena.ts';
import { type AttributeList, attributesOf, CarefulValueWriter } from './careful-value-writer.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import type { Wrapping } from './logs-envelope.ts';
import { closeLength } from './protobuf-wire.ts';

/** Bytes of a resource or scope without its attributes' values; what is longer is cut. */
const MAX_NAME_BYTES = 4096;

/**
 * The encoded headers of resources and scopes, kept as long as these live. A resource is not kept before its asynchronous
 * attributes are settled.
 */
export class OriginHeaders {
  readonly #resources = new WeakMap<object, Wrapping>();
  readonly #scopes = new WeakMap<object, Wrapping>();
  readonly #maxBytes: number;
  readonly #values: CarefulValueWriter;

  constructor(maxBytes: number, counts: EncoderCounts) {
    this.#maxBytes = maxBytes;
    this.#values = new CarefulValueWriter(counts);
  }

  resource(resource: unknown): Wrapping {
    return this.#cached(this.#resources, resource, (fields) => {
      this.#writeAttributes(0x0a, 0x10, fields('attributes'));
    });
  }

  scope(scope: unknown): Wrapping {
    return this.#cached(this.#scopes, scope, (fields) => {
      this.#writeName(0x0a, fields('name'));
      this.#writeName(0x12, fields('version'));
      this.#writeAttributes(0x1a, 0x20, fields('attributes'), fields('droppedAttributesCount'));
    });
  }

  #cached(cache: WeakMap<object, Wrapping>, origin: unknown, write: (fields: FieldReader) => void): Wrapping {
    const key = typeof origin === 'object' ? origin : null;
    const known = key === null ? undefined : cache.get(key);
    if (known !== undefined) return known;
    const fields: FieldReader = (name) => readField(origin, name);
    const isSettled = fields('asyncAttributesPending') !== true;
    const wrapping = { head: this.#message(() => write(fields)), tail: this.#schemaUrl(fields('schemaUrl')) };
    if (key !== null && isSettled) cache.set(key, wrapping);
    return wrapping;
  }

  /** The field Resource or InstrumentationScope, which is the first of its parent and always written. */
  #message(write: () => void): Uint8Array {
    const arena = new ByteArena(1024);
    this.#values.begin(arena, 2, this.#maxBytes);
    write();
    this.#values.reserve(8);
    arena.bytes[0] = 0x0a;
    const end = closeLength(arena.bytes, 1, 1, this.#values.position - 2);
    return arena.bytes.subarray(0, end);
  }

  #schemaUrl(url: unknown): Uint8Array {
    const arena = new ByteArena(256);
    this.#values.begin(arena, 0, this.#maxBytes);
    this.#writeName(0x1a, url);
    return arena.bytes.subarray(0, this.#values.position);
  }

  #writeName(tag: number, name: unknown): void {
    if (typeof name !== 'string' || name === '') return;
    this.#values.writeByte(tag);
    this.#values.writeText(name, MAX_NAME_BYTES);
  }

  #writeAttributes(tag: number, droppedTag: number, attributes: unknown, alreadyDropped?: unknown): void {
    let list: AttributeList;
    try {
      list = attributesOf(attributes);
    } catch {
      return;
    }
    const before = typeof alreadyDropped === 'number' && alreadyDropped >= 1 ? Math.trunc(alreadyDropped) : 0;
    const dropped = Math.min(this.#values.writeAttributes(tag, list) + before, 0xffff_ffff);
    if (dropped === 0) return;
    this.#values.writeByte(droppedTag);
    this.#values.writeVarint(dropped);
  }
}

type FieldReader = (name: string) => unknown;

function readField(origin: unknown, name: string): unknown {
  try {
    return (origin as Record<string, unknown> | undefined)?.[name];
  } catch {
    return undefined;
  }
}
