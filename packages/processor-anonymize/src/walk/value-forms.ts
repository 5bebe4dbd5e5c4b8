// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';

import { Marker, normalizeValue } from '@logferry/core';

import type { Operator } from '../operate/operator.ts';

/** What a rule leaves of a value that goes. */
export const DROPPED: unique symbol = Symbol('dropped');

/** What is written of a value that is no object; of an object that a rule takes apart, nothing. */
export function leafText(value: unknown): string {
  const form = normalizeValue(value);
  if (form instanceof Marker) return form.text;
  return typeof form === 'object' ? '' : String(form);
}

/** Not `slice`, which asks the class of the array what to make. */
export function firstItems(items: readonly unknown[], count: number): unknown[] {
  const first: unknown[] = [];
  for (let index = 0; index < count; index += 1) first.push(items[index]);
  return first;
}

/** A new object with the first of the members. */
export function firstMembers(
  value: Readonly<Record<string, unknown>>,
  keys: readonly string[],
  count: number,
): Record<string, unknown> {
  const first: Record<string, unknown> = {};
  // No accessor is among them, so that they can be read again.
  for (let index = 0; index < count; index += 1) put(first, keys[index]!, value[keys[index]!]);
  return first;
}

export function labelOfRule(operator: Operator): string {
  return operator.kind === 'redact' ? (operator.label ?? '[REDACTED]') : '[REDACTED]';
}

export function isBytes(value: object): boolean {
  return types.isUint8Array(value) || types.isAnyArrayBuffer(value) || types.isDataView(value);
}

/** What says nothing of anybody: true, false and nothing. */
export function isNothing(value: unknown): value is boolean | null | undefined {
  return typeof value === 'boolean' || value === null || value === undefined;
}

/** Whether a loop over the keys of a plain object meets keys of others, because somebody has given them to all objects. */
export function hasInheritedKeys(): boolean {
  for (const key in Object.prototype) return key !== undefined;
  return false;
}

/** Own data only: no proxy, no prototype of a class, nothing that is converted. */
export function isPlain(value: object): boolean {
  if (types.isProxy(value)) return false;
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  return typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}

/**
 * Whether nothing but its items can be read of an array: it has no class, no `toJSON` and no other properties. The result of
 * `String.match` has some, and what prints objects prints them.
 */
export function isPlainList(value: readonly unknown[]): boolean {
  if (Object.getPrototypeOf(value) !== Array.prototype) return false;
  if (Object.keys(value).length !== value.length || Object.getOwnPropertySymbols(value).length > 0) return false;
  return typeof (value as { toJSON?: unknown }).toJSON !== 'function';
}

/** Of Annex B of ECMAScript: a descriptor is an object, and to make one takes four times as long. */
const { __lookupGetter__: lookupGetter } = Object.prototype as unknown as {
  readonly __lookupGetter__: (this: object, key: PropertyKey) => unknown;
};

/** Whether reading an own property runs code: it may give another value the next time. */
export function isAccessor(value: object, key: PropertyKey): boolean {
  return lookupGetter.call(value, key) !== undefined;
}

export function put(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    // Assigning it would change the prototype of the copy instead of adding a key.
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
