// SPDX-License-Identifier: Apache-2.0
import { format, inspect, types } from 'node:util';

import { isErrorLike, type LogEntry } from '@logferry/bridge-base';
import { NamedValues, normalizeValue } from '@logferry/core';

/** The attribute that keeps arguments which are neither text of the body nor fields nor the exception. */
const ARGUMENTS = 'console.arguments';

/** Format specifiers of console.log; `%%` is an escape and takes no argument. */
const SPECIFIER = /%[sdifjoOc%]/g;

/** A call of the console as an entry of the shared mapping. */
export function consoleEntry(
  args: readonly unknown[],
  severityText: string,
  moreFields: Readonly<Record<string, unknown>> = {},
): LogEntry {
  const error = args.find((arg): arg is object => isErrorLike(arg));
  const formatArgs = countFormatArgs(args);
  const { texts, fields, others } = sortArguments(args.slice(formatArgs), error);
  const formatted = formatArgs === 0 ? [] : [textOf(args.slice(0, formatArgs))];
  // Those that a specifier took are in the body as text, and here as they were.
  const kept = [...args.slice(1, formatArgs).filter((arg) => arg !== error), ...others];
  return {
    body: bodyOf([...formatted, ...texts], args, error),
    severityText,
    error,
    fields: { ...fields, ...(kept.length === 0 ? {} : { [ARGUMENTS]: kept }), ...moreFields },
  };
}

/** How many arguments, from the first, make the formatted text: none when the first is no format. */
function countFormatArgs(args: readonly unknown[]): number {
  const [template] = args;
  if (typeof template !== 'string' || args.length === 1) return 0;
  const specifiers = template.match(SPECIFIER)?.filter((specifier) => specifier !== '%%').length ?? 0;
  return specifiers === 0 ? 0 : Math.min(specifiers + 1, args.length);
}

interface SortedArguments {
  readonly texts: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
  readonly others: readonly unknown[];
}

/** Texts and numbers belong to the message, plain objects are fields, as loggers have them; the rest stays what it is. */
function sortArguments(args: readonly unknown[], error: object | undefined): SortedArguments {
  const texts: string[] = [];
  const others: unknown[] = [];
  let fields: Record<string, unknown> = {};
  for (const arg of args) {
    if (arg === error && error !== undefined) continue;
    if (typeof arg === 'string') texts.push(arg);
    else if (typeof arg !== 'object' && typeof arg !== 'function') texts.push(inspect(arg));
    else if (arg === null) texts.push('null');
    else if (isPlain(arg) && !Object.keys(arg).some((key) => Object.hasOwn(fields, key)))
      fields = { ...fields, ...own(arg) };
    else others.push(arg);
  }
  return { texts, fields, others };
}

/** A call with nothing to read in it has the text that the console prints. */
function bodyOf(texts: readonly string[], args: readonly unknown[], error: object | undefined): string {
  if (texts.length > 0) return texts.join(' ');
  const message: unknown = error === undefined ? undefined : (error as Error).message;
  return typeof message === 'string' ? message : textOf(args);
}

function textOf(args: readonly unknown[]): string {
  try {
    return format(...args);
  } catch {
    // A toString or an inspect method of an argument threw; the arguments themselves are kept besides.
    return typeof args[0] === 'string' ? args[0] : '';
  }
}

/** The own fields, each read once. */
function own(value: object): Record<string, unknown> {
  const { names, values } = fieldsOf(value);
  return Object.fromEntries(names.map((name, index) => [name, values[index]]));
}

function fieldsOf(value: object): NamedValues {
  const normal = normalizeValue(value);
  return normal instanceof NamedValues ? normal : new NamedValues([], [], 0);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // What has a toJSON is a value of its own kind.
  return (prototype === Object.prototype || prototype === null) && !('toJSON' in value);
}
