// SPDX-License-Identifier: Apache-2.0
import { format, inspect, types } from 'node:util';

import { NamedValues, normalizeValue } from '@logferry/core';

import { isErrorLike } from './exception.ts';
import type { LogEntry } from './log-entry.ts';

/** Format specifiers of console.log; `%%` is an escape and takes no argument. */
const SPECIFIERS: ReadonlySet<string | undefined> = new Set(['s', 'd', 'i', 'f', 'j', 'o', 'O', 'c']);

/**
 * An entry of a call that takes anything, as the console's methods do, with a format string or without.
 *
 * Texts and numbers belong to the message, plain objects are fields, as loggers have them; the rest stays what it is.
 *
 * @param argumentsKey the attribute that keeps arguments which are neither text of the body nor fields nor the exception.
 */
export function argumentsEntry(
  args: readonly unknown[],
  severityText: string,
  argumentsKey: string,
  moreFields: Fields = NO_FIELDS,
): LogEntry {
  const [first] = args;
  if (args.length === 1 && typeof first === 'string') return { body: first, severityText, fields: moreFields };
  const formatArgs = typeof first === 'string' ? countFormatArgs(first, args.length) : 0;
  const kept: unknown[] = [];
  let text = formatArgs === 0 ? undefined : textOf(formatArgs === args.length ? args : args.slice(0, formatArgs));
  let error: object | undefined;
  let fields: Fields = NO_FIELDS;
  for (let index = formatArgs === 0 ? 0 : 1; index < args.length; index += 1) {
    const arg = args[index];
    if (error === undefined ? isErrorLike(arg) : arg === error) error = arg as object;
    // Those that a specifier took are in the body as text, and here as they were.
    else if (index < formatArgs) kept.push(arg);
    else if (typeof arg === 'string') text = text === undefined ? arg : `${text} ${arg}`;
    else if ((typeof arg !== 'object' && typeof arg !== 'function') || arg === null) {
      text = text === undefined ? inspect(arg) : `${text} ${inspect(arg)}`;
    } else if (!isPlain(arg)) kept.push(arg);
    else if (fields === NO_FIELDS) fields = arg as Fields;
    else if (Object.keys(arg).some((key) => Object.hasOwn(fields, key))) kept.push(arg);
    else fields = { ...own(fields), ...own(arg) };
  }
  return {
    body: text ?? textlessBody(args, error),
    severityText,
    error,
    fields: kept.length === 0 && moreFields === NO_FIELDS ? fields : withMore(fields, argumentsKey, kept, moreFields),
  };
}

type Fields = Readonly<Record<string, unknown>>;
const NO_FIELDS: Fields = {};

function withMore(fields: Fields, argumentsKey: string, kept: readonly unknown[], moreFields: Fields): Fields {
  const all = fields === NO_FIELDS ? {} : own(fields);
  if (kept.length > 0) all[argumentsKey] = kept;
  return moreFields === NO_FIELDS ? all : { ...all, ...moreFields };
}

/** How many arguments, from the first, make the formatted text: none when the first is no format. */
function countFormatArgs(template: string, argCount: number): number {
  if (argCount === 1) return 0;
  let specifiers = 0;
  for (let at = template.indexOf('%'); at !== -1; at = template.indexOf('%', at)) {
    const isEscape = template[at + 1] === '%';
    if (!isEscape && SPECIFIERS.has(template[at + 1])) specifiers += 1;
    // A sign that makes no specifier may stand before one that does.
    at += isEscape ? 2 : 1;
  }
  return specifiers === 0 ? 0 : Math.min(specifiers + 1, argCount);
}

/** A call with nothing to read in it has the text that the console prints. */
function textlessBody(args: readonly unknown[], error: object | undefined): string {
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
