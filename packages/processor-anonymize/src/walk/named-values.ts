// SPDX-License-Identifier: Apache-2.0

/**
 * Values whose name stands beside them and not in a key: the arguments of a command (`--token`, `x`), raw headers
 * (`Authorization`, `x`), pairs, and objects such as `{ name: 'password', value: 'x' }`.
 */

/** A name is a word; what is longer is a text. */
const NAME = /^[\w-]{3,64}$/;
const LEAST_HEADER_UNITS = 'cookie'.length;
const FLAG = /^--?[A-Za-z][\w-]{2,64}$/;
const HEADER = /^(?:proxy-)?authorization$|^(?:set-)?cookie2?$|^x-(?:api-key|auth-token|csrf-token)$/i;

/** The name of an item of an array: a list of words such as `['password', 'email']` names nothing. */
export function nameOfItem(items: readonly unknown[], index: number): string | undefined {
  if (index === 0 || typeof items[index] === 'object') return undefined;
  const before: unknown = items[index - 1];
  return typeof before === 'string' && mayNameNext(before) ? before : undefined;
}

/** Whether an item can be the name of the one behind it. */
export function mayNameNext(item: string): boolean {
  if (item.length > 70) return false;
  if (item.charCodeAt(0) === 0x2d) return FLAG.test(item);
  return item.length >= LEAST_HEADER_UNITS && HEADER.test(item);
}

/** Whether a member with this key can have its name beside it. */
export function canHaveName(key: string | number): boolean {
  return key === 'value' || key === 'Value';
}

/** The name of a member: that which stands beside a `value`. */
export function nameOfMember(members: Readonly<Record<string, unknown>>, key: string): string | undefined {
  if (!canHaveName(key)) return undefined;
  for (const member of ['name', 'key', 'field', 'Name', 'Key']) {
    const name: unknown = Object.hasOwn(members, member) ? members[member] : undefined;
    if (typeof name === 'string' && NAME.test(name)) return name;
  }
  return undefined;
}
