// SPDX-License-Identifier: Apache-2.0
import { THROWS } from '@logferry/core';

/** The name of the attribute that keeps a field: the SDK would refuse an empty key, and assign to `__proto__` and so lose it. */
export function attributeName(key: string): string {
  return key === '' || key === '__proto__' ? JSON.stringify([key]) : key;
}

/** The value of a field, or a marker where its getter throws. */
export function readField(fields: Readonly<Record<string, unknown>>, key: string): unknown {
  try {
    return fields[key];
  } catch {
    return THROWS;
  }
}
