// SPDX-License-Identifier: Apache-2.0
import { ByteArena } from './byte-arena.ts';
import { type AttributeList, attributesOf, CarefulValueWriter } from './careful-value-writer.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import type { Wrapping } from './logs-envelope.ts';
import { MAX_LENGTH_BYTES, writeBytes } from './protobuf-wire.ts';

/** Bytes of a scope's name and version and of a schema URL; what is longer is cut. */
const MAX_NAME_BYTES = 4096;

/**
 * The encoded headers of resources and scopes, kept as long as these live. A resource is not kept before its asynchronous
 * attributes are settled.
 */
export class OriginHeaders {
  readonly #resources = new WeakMap<object, Wrapping>();
  readonly #scopes = new WeakMap<object, Wrapping>();
  readonly #maxBytes: number;
  readonly #counts: EncoderCounts;

  constructor(maxBytes: number, counts: EncoderCounts) {
    this.#maxBytes = maxBytes;
    this.#counts = counts;
  }

  resource(resource: unknown): Wrapping {
    return this.#cached(this.#resources, resource, (values, fields) => {
      writeAttributes(values, 0x0a, 0x10, fields('attributes'));
    });
  }

  scope(scope: unknown): Wrapping {
    return this.#cached(this.#scopes, scope, (values, fields) => {
      writeName(values, 0x0a, fields('name'));
      writeName(values, 0x12, fields('version'));
      writeAttributes(values, 0x1a, 0x20, fields('attributes'), fields('droppedAttributesCount'));
    });
  }

  #cached(
    cache: WeakMap<object, Wrapping>,
    origin: unknown,
    write: (values: CarefulValueWriter, fields: FieldReader) => void,
  ): Wrapping {
    const key = typeof origin === 'object' ? origin : null;
    const known = key === null ? undefined : cache.get(key);
    if (known !== undefined) return known;
    const fields: FieldReader = (name) => readField(origin, name);
    const isSettled = fields('asyncAttributesPending') !== true;
    const wrapping = {
      head: messageField(this.#fields((values) => write(values, fields))),
      tail: this.#fields((values) => writeName(values, 0x1a, fields('schemaUrl'))),
    };
    if (key !== null && isSettled) cache.set(key, wrapping);
    return wrapping;
  }

  #fields(write: (values: CarefulValueWriter) => void): Uint8Array {
    const arena = new ByteArena(1024);
    // A writer for each: what it reads may run code that needs another header meanwhile.
    const values = new CarefulValueWriter(this.#counts);
    values.begin(arena, 0, this.#maxBytes);
    write(values);
    return arena.bytes.subarray(0, values.position);
  }
}

/** The field Resource or InstrumentationScope: the first of its parent, and always written. */
function messageField(content: Uint8Array): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(1 + MAX_LENGTH_BYTES + content.length);
  bytes[0] = 0x0a;
  return bytes.subarray(0, writeBytes(bytes, 1, content));
}

type FieldReader = (name: string) => unknown;

function readField(origin: unknown, name: string): unknown {
  try {
    return (origin as Record<string, unknown> | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function writeName(values: CarefulValueWriter, tag: number, name: unknown): void {
  if (typeof name !== 'string' || name === '') return;
  values.writeByte(tag);
  values.writeText(name, MAX_NAME_BYTES);
}

function writeAttributes(
  values: CarefulValueWriter,
  tag: number,
  droppedTag: number,
  attributes: unknown,
  alreadyDropped?: unknown,
): void {
  let list: AttributeList;
  try {
    list = attributesOf(attributes);
  } catch {
    return;
  }
  const before = typeof alreadyDropped === 'number' && alreadyDropped >= 1 ? Math.trunc(alreadyDropped) : 0;
  const dropped = Math.min(values.writeAttributes(tag, list) + before, 0xffff_ffff);
  if (dropped === 0) return;
  values.writeByte(droppedTag);
  values.writeVarint(dropped);
}
