// SPDX-License-Identifier: Apache-2.0

/** What the text of a time tells. */
export type TimeText =
  /** None is written. */
  | undefined
  /** In any form; whether it can be read as a time is seen later. */
  | { readonly value: unknown }
  /** The time function writes more than one field. */
  | 'several fields';

const TIME_FIELD = /^\s*,\s*("(?:[^"\\]|\\.)*")\s*:/;

/** Children share their parent's function. */
const keys = new WeakMap<() => string, { readonly key: string | undefined }>();

/** The field that a logger's time function writes, as in `,"time":1767225600000`; undefined when it writes none. */
export function timeKeyOf(write: () => string): string | undefined {
  let known = keys.get(write);
  if (known === undefined) {
    const text = TIME_FIELD.exec(write())?.[1];
    known = { key: text === undefined ? undefined : (JSON.parse(text) as string) };
    keys.set(write, known);
  }
  return known.key;
}

/** The value of a time field, from its JSON. */
export function timeValue(text: string): TimeText {
  if (text === '') return undefined;
  const number = Number(text);
  // Nanoseconds need all of their digits.
  if (!Number.isNaN(number))
    return { value: Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number };
  try {
    return { value: JSON.parse(text) };
  } catch {
    return 'several fields';
  }
}
