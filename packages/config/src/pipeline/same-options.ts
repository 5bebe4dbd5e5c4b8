// SPDX-License-Identifier: Apache-2.0

/**
 * Whether two options say the same: plain data by its content, anything else (functions, instances of classes, whose
 * private state nobody can compare) by identity.
 */
export function sameOptions(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameOptions(item, b[index]));
  }
  if (!isPlainObject(a) || !isPlainObject(b)) return false;
  // An option that is undefined is one that is not given.
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((name) => sameOptions(a[name], b[name]));
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
