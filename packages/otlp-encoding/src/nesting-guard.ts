// SPDX-License-Identifier: Apache-2.0
import { CIRCULAR, type Marker, MAX_DEPTH } from '@logferry/core';

/**
 * Protobuf decoders refuse a message with more than 100 levels (C++, Java, Python, Rust, protobufjs), and with it every
 * record of the request. Six levels stand above the value of an attribute: request, ResourceLogs, ScopeLogs, LogRecord,
 * KeyValue, AnyValue.
 */
const MAX_VALUE_LEVELS = 94;

/** ArrayValue, AnyValue. */
const ARRAY_LEVELS = 2;

/** KeyValueList, KeyValue, AnyValue. */
const MAP_LEVELS = 3;

/**
 * The objects between a body or attribute and the value being encoded. It finds cycles, and stops at the depth that
 * receivers accept: 31 maps or 47 arrays inside each other. The same value in two places is not a cycle.
 */
export class NestingGuard {
  readonly #ancestors: object[] = [];
  readonly #levels: number[] = [];
  #level = 0;

  /** Whether the value is one of those around the current one. */
  has(value: object): boolean {
    return this.#ancestors.includes(value);
  }

  /** Goes into an array or a map, or tells which marker stands for it; then `leave` must not be called. */
  enter(value: object, form: 'array' | 'map'): Marker | undefined {
    if (this.#ancestors.includes(value)) return CIRCULAR;
    const levels = form === 'array' ? ARRAY_LEVELS : MAP_LEVELS;
    if (this.#level + levels > MAX_VALUE_LEVELS) return MAX_DEPTH;
    this.#level += levels;
    this.#ancestors.push(value);
    this.#levels.push(levels);
    return undefined;
  }

  leave(): void {
    this.#ancestors.pop();
    this.#level -= this.#levels.pop() ?? 0;
  }

  /** Forgets everything, for the next value. */
  reset(): void {
    this.#ancestors.length = 0;
    this.#levels.length = 0;
    this.#level = 0;
  }
}
