// SPDX-License-Identifier: Apache-2.0
import { Buffer } from 'node:buffer';

import { ItemList, Marker, type NamedValues, normalizeValue } from '@logferry/core';
import { NestingGuard } from '@logferry/otlp-encoding';

import type { BoundedText } from './bounded-text.ts';
import { quoteText } from './escape.ts';

/**
 * Writes a value as JSON text, in the forms of `normalizeValue`. What JSON lacks: a bigint beyond the safe integers, NaN
 * and the infinities become strings, bytes become base64, a marker becomes its text. Never throws.
 */
export function writeJson(out: BoundedText, value: unknown, guard?: NestingGuard): void {
  const normal = normalizeValue(value, out.mostItems);
  if (typeof normal === 'string') out.value(normal, quoteText);
  else if (typeof normal === 'number') out.fixed(numberText(normal));
  else if (typeof normal === 'bigint') out.fixed(bigintText(normal));
  else if (typeof normal === 'boolean' || normal === null) out.fixed(String(normal));
  else if (normal instanceof Uint8Array) writeBytes(out, normal);
  else if (normal instanceof Marker) out.fixed(quoteText(normal.text));
  else writeContainer(out, value as object, normal, guard ?? new NestingGuard());
}

/** Writes the entries of a map as `"name":value,…`, without the braces. */
export function writeJsonEntries(out: BoundedText, map: NamedValues, guard: NestingGuard = new NestingGuard()): void {
  if (map.leftOut > 0) out.markCut();
  for (let index = 0; index < map.names.length; index += 1) {
    if (out.isFull()) return;
    if (index > 0) out.fixed(',');
    out.value(map.names[index] ?? '', quoteText);
    out.fixed(':');
    writeJson(out, map.values[index], guard);
  }
}

function writeContainer(out: BoundedText, value: object, normal: ItemList | NamedValues, guard: NestingGuard): void {
  const isList = normal instanceof ItemList;
  const marker = guard.enter(value, isList ? 'array' : 'map');
  if (marker !== undefined) {
    out.fixed(quoteText(marker.text));
    return;
  }
  out.fixed(isList ? '[' : '{');
  if (isList) writeItems(out, normal, guard);
  else writeJsonEntries(out, normal, guard);
  out.fixed(isList ? ']' : '}');
  guard.leave();
}

function writeItems(out: BoundedText, list: ItemList, guard: NestingGuard): void {
  if (list.leftOut > 0) out.markCut();
  for (let index = 0; index < list.items.length; index += 1) {
    if (out.isFull()) return;
    if (index > 0) out.fixed(',');
    writeJson(out, list.items[index], guard);
  }
}

function writeBytes(out: BoundedText, bytes: Uint8Array): void {
  // A part of base64 helps nobody: what doesn't fit is replaced by its size.
  if (Math.ceil(bytes.length / 3) * 4 + 2 <= out.leftBytes) out.fixed(`"${base64(bytes)}"`);
  else {
    out.markCut();
    out.fixed(`"[${bytes.length} bytes]"`);
  }
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  return `"${value}"`;
}

/** A JSON reader keeps a number exact only within the safe integers. */
function bigintText(value: bigint): string {
  return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? String(value) : `"${value}"`;
}
