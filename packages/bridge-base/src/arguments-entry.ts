// SPDX-License-Identifier: Apache-2.0
import { format, inspect, types } from 'node:util';

import { NamedValues, normalizeValue } from '@logferry/core';

import { isErrorLike } from './exception.ts';
import type { LogEntry } from './log-entry.ts';

/** Format specifiers of console.log; `%%` is an escape and takes no argument. */
const SPECIFIER = /%[sdifjoOc%]/g;

/**
 * An entry of a call that takes anything, as the console's methods do, with a format string or without.
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
  const error = args.find((arg): arg is object => isErrorLike(arg));
  const formatArgs = countFormatArgs(args);
  const { texts, fields, others } = sortArguments(args, formatArgs, error);
  if (formatArgs > 0) texts.unshift(textOf(args.slice(0, formatArgs)));
  // Those that a specifier took are in the body as text, and here as they were.
  const kept = formatArgs > 1 ? [...args.slice(1, formatArgs).filter((arg) => arg !== error), ...others] : others;
  return {
    body: bodyOf(texts, args, error),
    severityText,
    error,
    fields: kept.length === 0 && moreFields === NO_FIELDS ? fields : withMore(fields, argumentsKey, kept, moreFields),
  };
}

type Fields = Readonly<Record<string, unknown>>;
const NO_FIELDS: Fields = {};

function withMore(fields: Fields, argumentsKey: string, kept: readonly unknown[], moreFields: Fields): Fields {
  return { ...own(fields), ...(kept.length === 0 ? {} : { [argumentsKey]: kept }), ...moreFields };
}

/** How many arguments, from the first, make the formatted text: none when the first is no format. */
function countFormatArgs(args: readonly unknown[]): number {
  const [template] = args;
  if (typeof template !== 'string' || args.length === 1 || !template.includes('%')) return 0;
  let specifiers = 0;
  for (const specifier of template.match(SPECIFIER) ?? []) if (specifier !== '%%') specifiers += 1;
  return specifiers === 0 ? 0 : Math.min(specifiers + 1, args.length);
}

interface SortedArguments {
  readonly texts: string[];
  readonly fields: Fields;
  readonly others: readonly unknown[];
}

/** Texts and numbers belong to the message, plain objects are fields, as loggers have them; the rest stays what it is. */
function sortArguments(args: readonly unknown[], from: number, error: object | undefined): SortedArguments {
  const texts: string[] = [];
  const others: unknown[] = [];
  let fields: Fields = NO_FIELDS;
  for (let index = from; index < args.length; index += 1) {
    const arg = args[index];
    if (arg === error && error !== undefined) continue;
    if (typeof arg === 'string') texts.push(arg);
    else if (typeof arg !== 'object' && typeof arg !== 'function') texts.push(inspect(arg));
    else if (arg === null) texts.push('null');
    else if (!isPlain(arg)) others.push(arg);
    else if (fields === NO_FIELDS) fields = arg as Fields;
    else if (Object.keys(arg).some((key) => Object.hasOwn(fields, key))) others.push(arg);
    else fields = { ...own(fields), ...own(arg) };
  }
  return { texts, fields, others };
}

/** A call with nothing to read in it has the text that the console prints. */
function bodyOf(texts: readonly string[], args: readonly unknown[], error: object | undefined): string {
  if (texts.length > 0) return texts.length === 1 ? (texts[0] as string) : texts.join(' ');
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
