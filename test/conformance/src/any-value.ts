// SPDX-License-Identifier: Apache-2.0

/** AnyValues as the generated code takes them, written by hand: what a test expects, independent of the encoders. */
import type { opentelemetry } from '@logferry-test/support';

export type AnyValue = opentelemetry.proto.common.v1.AnyValue.$Properties;
export type KeyValue = opentelemetry.proto.common.v1.KeyValue.$Properties;

export const empty: AnyValue = {};

export function text(value: string): AnyValue {
  return { stringValue: value };
}

export function bool(value: boolean): AnyValue {
  return { boolValue: value };
}

export function int(value: number | bigint): AnyValue {
  const bits = BigInt(value);
  return { intValue: { low: Number(BigInt.asIntN(32, bits)), high: Number(bits >> 32n), unsigned: false } };
}

export function real(value: number): AnyValue {
  return { doubleValue: value };
}

export function bytes(...value: readonly number[]): AnyValue {
  return { bytesValue: Uint8Array.from(value) };
}

export function list(...values: readonly AnyValue[]): AnyValue {
  return { arrayValue: { values: [...values] } };
}

export function map(entries: readonly (readonly [string, AnyValue])[]): AnyValue {
  return { kvlistValue: { values: keyValues(entries) } };
}

export function keyValues(entries: readonly (readonly [string, AnyValue])[]): KeyValue[] {
  return entries.map(([key, value]) => ({ key, value }));
}
