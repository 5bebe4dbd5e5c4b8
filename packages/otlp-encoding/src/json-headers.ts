// SPDX-License-Identifier: Apache-2.0
import { ByteArena } from './byte-arena.ts';
import { type AttributeList, attributesOf } from './careful-value-writer.ts';
import type { EncoderCounts } from './encoder-stats.ts';
import { JsonCarefulValues } from './json-careful-values.ts';

/** A name, a version or a schema URL is cut to so many bytes. */
const MAX_NAME_BYTES = 4096;

/**
 * The attributes of a resource are cut behind so many bytes, the name, version and attributes of a scope likewise. With the
 * schema URLs and what closes cut values, both together stay below 48,000 bytes: what 1 MiB leaves beside a record.
 */
const RESOURCE_BYTES = 24 * 1024;
const SCOPE_BYTES = 8 * 1024;

const OPEN_BRACE = 0x7b;

/**
 * What stands behind the records of a scope and of a resource in a line, kept as long as these live. A resource is not
 * kept before its asynchronous attributes are settled.
 */
export class JsonHeaders {
  readonly #resources = new WeakMap<object, Uint8Array>();
  readonly #scopes = new WeakMap<object, Uint8Array>();
  readonly #counts: EncoderCounts;

  constructor(counts: EncoderCounts) {
    this.#counts = counts;
  }

  /** `,"resource":{…}` and the schema URL, where there is one. */
  resource(resource: unknown): Uint8Array {
    return this.#cached(this.#resources, resource, RESOURCE_BYTES, (header, read) => {
      header.writeJson(',"resource":{');
      header.writeAttributes(read('attributes'));
      header.writeJson('}');
      header.writeName('schemaUrl', read('schemaUrl'));
    });
  }

  /** `,"scope":{…}` and the schema URL, where there is one. */
  scope(scope: unknown): Uint8Array {
    return this.#cached(this.#scopes, scope, SCOPE_BYTES, (header, read) => {
      header.writeJson(',"scope":{');
      header.writeName('name', read('name'));
      header.writeName('version', read('version'));
      header.writeAttributes(read('attributes'), read('droppedAttributesCount'));
      header.writeJson('}');
      header.writeName('schemaUrl', read('schemaUrl'));
    });
  }

  #cached(
    cache: WeakMap<object, Uint8Array>,
    origin: unknown,
    maxBytes: number,
    write: (header: HeaderWriter, read: FieldReader) => void,
  ): Uint8Array {
    const key = typeof origin === 'object' ? origin : null;
    const known = key === null ? undefined : cache.get(key);
    if (known !== undefined) return known;
    const read: FieldReader = (name) => readField(origin, name);
    const isSettled = read('asyncAttributesPending') !== true;
    // A getter of the resource may log, and flush: each header has a writer of its own.
    const header = new HeaderWriter(maxBytes, this.#counts);
    write(header, read);
    const bytes = header.bytes();
    if (key !== null && isSettled) cache.set(key, bytes);
    return bytes;
  }
}

class HeaderWriter {
  readonly #arena = new ByteArena(1024);
  readonly #values: JsonCarefulValues;

  constructor(maxBytes: number, counts: EncoderCounts) {
    this.#values = new JsonCarefulValues(counts);
    this.#values.begin(this.#arena, 0, maxBytes);
  }

  writeJson(json: string): void {
    this.#values.writeJson(json);
  }

  writeName(field: string, name: unknown): void {
    if (typeof name !== 'string' || name === '') return;
    this.#writeField(field);
    this.#values.writeJson('"');
    this.#values.writeText(name, MAX_NAME_BYTES);
    this.#values.writeJson('"');
  }

  writeAttributes(attributes: unknown, alreadyDropped?: unknown): void {
    const list = readAttributes(attributes);
    let dropped = typeof alreadyDropped === 'number' && alreadyDropped >= 1 ? Math.trunc(alreadyDropped) : 0;
    if (list.names.length > 0) {
      this.#writeField('attributes');
      dropped += this.#values.writeAttributes(list);
    }
    if (dropped === 0) return;
    this.#writeField('droppedAttributesCount');
    this.#values.writeInteger(Math.min(dropped, 0xffff_ffff));
  }

  bytes(): Uint8Array {
    return new Uint8Array(this.#arena.bytes.subarray(0, this.#values.position));
  }

  #writeField(name: string): void {
    this.#values.writeJson(this.#arena.bytes[this.#values.position - 1] === OPEN_BRACE ? `"${name}":` : `,"${name}":`);
  }
}

type FieldReader = (name: string) => unknown;

function readField(origin: unknown, name: string): unknown {
  try {
    return (origin as Record<string, unknown> | null | undefined)?.[name];
  } catch {
    return undefined;
  }
}

function readAttributes(attributes: unknown): AttributeList {
  try {
    return attributesOf(attributes);
  } catch {
    return attributesOf(undefined);
  }
}
