// SPDX-License-Identifier: Apache-2.0
import { type AttributePathState, normalizeValue } from '@logferry/core';
import { ByteArena, JsonFragment } from '@logferry/otlp-encoding/json-writing';

import type { FieldFilter, ResolvedJsonFormat } from './json-options.ts';
import { stepFilter } from './json-options.ts';
import { JsonValues } from './json-values.ts';

/** Of a resource in each line at most; what does not fit is left out. */
const MAX_RESOURCE_BYTES = 32 * 1024;

const NONE = new JsonFragment('');

/** The chosen attributes of resources, `,"resource.service.name":"orders"` and so on, written once for each resource. */
export class JsonResource {
  readonly #wanted: AttributePathState;
  readonly #filter: FieldFilter;
  readonly #known = new WeakMap<object, JsonFragment>();
  #last: unknown;
  #lastFragment: JsonFragment = NONE;

  constructor({ resourceAttributes, filter }: ResolvedJsonFormat) {
    this.#wanted = resourceAttributes;
    this.#filter = filter;
  }

  /** What stands behind the attributes of a record. */
  fragmentOf(resource: unknown): JsonFragment {
    if (resource === this.#last) return this.#lastFragment;
    if (typeof resource !== 'object' || resource === null) return NONE;
    const known = this.#known.get(resource);
    const fragment = known ?? this.#write(resource);
    // What is not settled even now may be known later.
    if (!isPending(resource)) {
      this.#known.set(resource, fragment);
      this.#last = resource;
      this.#lastFragment = fragment;
    }
    return fragment;
  }

  #write(resource: object): JsonFragment {
    const arena = new ByteArena(1024);
    const values = new JsonValues();
    values.begin(arena, 0, MAX_RESOURCE_BYTES);
    const form = normalizeValue(attributesOf(resource));
    const { names, values: members } = form as { names?: readonly string[]; values?: readonly unknown[] };
    for (const [index, name] of (names ?? []).entries()) {
      const wanted = stepFilter({ include: this.#wanted, exclude: undefined }, name);
      const allowed = stepFilter(this.#filter, `resource.${name}`);
      if (wanted === undefined || allowed === undefined || !values.hasRoom()) continue;
      arena.grow(values.position + 64, values.position);
      arena.bytes[values.position] = 0x2c;
      values.position += 1;
      values.writeKey(`resource.${name}`);
      values.writeValue(members?.[index], { include: wanted.include ?? allowed.include, exclude: allowed.exclude });
    }
    return new JsonFragment(arena.bytes.subarray(0, values.position));
  }
}

function attributesOf(resource: object): unknown {
  try {
    return (resource as { attributes?: unknown }).attributes;
  } catch {
    return undefined;
  }
}

function isPending(resource: object): boolean {
  try {
    return (resource as { asyncAttributesPending?: unknown }).asyncAttributesPending === true;
  } catch {
    return false;
  }
}
