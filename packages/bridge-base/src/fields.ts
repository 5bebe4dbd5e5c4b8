// SPDX-License-Identifier: Apache-2.0
import { THROWS } from '@logferry/core';

/** Keys that the SDK would refuse, or assign to and so lose. */
const UNSAFE_NAMES: ReadonlySet<string> = new Set(['', '__proto__']);

/** The name of the attribute that keeps a field. */
export function attributeName(key: string): string {
  return UNSAFE_NAMES.has(key) ? JSON.stringify([key]) : key;
}

/** The value of a field, or a marker where its getter throws. */
export function readField(fields: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return fields[key];
  } catch {
    return THROWS;
  }
}
