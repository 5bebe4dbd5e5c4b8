// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';

import { CIRCULAR, THROWS, TRUNCATED } from '@logferry/core';

import { plainValue } from './plain-value.ts';
import { SerialisedError } from './serialised-error.ts';

/** Errors of one chain, causes and the members of an AggregateError together. */
const MAX_ERRORS = 32;

/** UTF-16 units of a stack trace, with the traces of all causes. */
const MAX_STACK_LENGTH = 64 * 1024;

/** What an error has that is no field of its own. */
const WELL_KNOWN: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause']);

const NO_FIELDS: ReadonlySet<string> = new Set();

/** Lets `exceptionAttributes` find the error that a logger's serializer was given. */
export function rememberError<T extends object>(serialised: T, error: unknown): T {
  SerialisedError.remember(serialised, error);
  return serialised;
}

/** Whether a value is an error, also of another realm. Runs none of its code but the traps of a proxy, whose errors it swallows. */
export function isError(value: unknown): value is object {
  return typeof value === 'object' && value !== null && (types.isNativeError(value) || inheritsError(value));
}

/** Whether a value can stand for an exception: an error, also of another realm, or the serialised form of one. */
export function isErrorLike(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (isError(value)) return true;
  return SerialisedError.is(value) || (isReadableText(value, 'message') && isReadableText(value, 'stack'));
}

/**
 * The attributes of an exception: `exception.type`, `.message` and `.stacktrace` as the semantic conventions have them,
 * the trace with all causes, and the error's own fields as `exception.<field>`. Never throws.
 *
 * @param leftOut fields that are the logger's, not the error's.
 */
export function exceptionAttributes(given: object, leftOut: ReadonlySet<string> = NO_FIELDS): Record<string, unknown> {
  const error = sourceOf(given);
  const attributes: Record<string, unknown> = {};
  const type = typeOf(error);
  if (type !== '') attributes['exception.type'] = type;
  const message = read(error, 'message');
  if (message !== undefined) attributes['exception.message'] = typeof message === 'string' ? message : textOf(message);
  attributes['exception.stacktrace'] = stackTraceOf(error);
  for (const key of ownKeys(error)) {
    if (WELL_KNOWN.has(key) || leftOut.has(key) || isPartOf(error, key)) continue;
    const value = read(error, key);
    const name = `exception.${key}`;
    if (value !== undefined) attributes[name in attributes ? `exception.own.${key}` : name] = plainValue(value);
  }
  return attributes;
}

/** Whether a field is in the type or the trace already. */
function isPartOf(error: object, key: string): boolean {
  if (key === 'errors') return memberErrors(error) !== undefined;
  return key === 'type' && !types.isNativeError(error);
}

/** The errors that an AggregateError, or another error made like it, holds; validation errors have plain findings there. */
function memberErrors(error: object): readonly unknown[] | undefined {
  const errors = read(error, 'errors');
  return Array.isArray(errors) && errors.some((member) => isErrorLike(member)) ? errors : undefined;
}

function sourceOf(value: object): object {
  // Only a serialised form has one behind it.
  if (types.isNativeError(value)) return value;
  const source = SerialisedError.sourceOf(value);
  return typeof source === 'object' && source !== null ? source : value;
}

function isReadableText(value: object, key: string): boolean {
  const text = read(value, key);
  return typeof text === 'string' && text !== THROWS.text;
}

/** A DOMException, or what was made from the prototype of Error. */
function inheritsError(value: object): boolean {
  try {
    return value instanceof Error;
  } catch {
    // The trap of a proxy threw.
    return false;
  }
}

/** The class of an error. A class that sets no name of its own inherits one, such as Error, that says less than the class's. */
function typeOf(error: object): string {
  const constructor = read(error, 'constructor');
  const isClass = typeof constructor === 'function';
  const hasOwnName =
    ownsName(error) || (isClass && ownsName(read(constructor, 'prototype'))) || !isClass || constructor === Object;
  const name = read(error, 'name');
  const className = isClass ? read(constructor, 'name') : undefined;
  // The serialised forms of some loggers call it so.
  const type = types.isNativeError(error) ? undefined : read(error, 'type');
  if (isName(type)) return type;
  if (hasOwnName && isName(name)) return name;
  if (isName(className)) return className;
  return isName(name) ? name : '';
}

function isName(name: unknown): name is string {
  return typeof name === 'string' && name !== '' && name !== 'Object';
}

function ownsName(value: unknown): boolean {
  try {
    return typeof value === 'object' && value !== null && Object.hasOwn(value, 'name');
  } catch {
    return false;
  }
}

function stackTraceOf(error: object): string {
  // Most errors have neither causes nor members.
  const stack = read(error, 'stack');
  const isWhole = typeof stack === 'string' && stack !== '' && stack.length <= MAX_STACK_LENGTH;
  if (isWhole && read(error, 'cause') === undefined && memberErrors(error) === undefined) return stack;
  return new StackTrace().of(error);
}

/** The trace of an error with those of its causes, and of the members of an AggregateError, below it. */
class StackTrace {
  readonly #seen = new Set<unknown>();
  #length = 0;

  of(error: object): string {
    return this.#lines(error, '').join('\n');
  }

  #lines(value: unknown, indent: string): string[] {
    if (typeof value !== 'object' || value === null) return this.#own(textOf(value), indent);
    const error = sourceOf(value);
    if (this.#seen.has(error)) return [CIRCULAR.text];
    if (this.#seen.size >= MAX_ERRORS || this.#length >= MAX_STACK_LENGTH) return [TRUNCATED.text];
    this.#seen.add(error);
    const lines = this.#own(traceOf(error), indent);
    const errors = memberErrors(error);
    if (errors !== undefined) {
      for (const [index, member] of errors.slice(0, MAX_ERRORS).entries()) {
        lines.push(...prefixed(`${indent}    [errors.${index}] `, this.#lines(member, `${indent}    `)));
      }
      if (errors.length > MAX_ERRORS) lines.push(`${indent}    ${TRUNCATED.text}`);
    }
    const cause = read(error, 'cause');
    if (cause !== undefined) lines.push(...prefixed(`${indent}Caused by: `, this.#lines(cause, indent)));
    return lines;
  }

  #own(trace: string, indent: string): string[] {
    const room = MAX_STACK_LENGTH - this.#length;
    const text = trace.length > room ? `${trace.slice(0, Math.max(room, 0)).toWellFormed()}${TRUNCATED.text}` : trace;
    this.#length += text.length;
    return text.split('\n').map((line, index) => (index === 0 ? line : `${indent}${line}`));
  }
}

function prefixed(prefix: string, [first = '', ...rest]: string[]): string[] {
  return [`${prefix}${first}`, ...rest];
}

function traceOf(error: object): string {
  const stack = read(error, 'stack');
  if (typeof stack === 'string' && stack !== '') return stack;
  const message = read(error, 'message');
  if (!types.isNativeError(error) && typeof message !== 'string') return textOf(error);
  const type = typeOf(error);
  const text = message === undefined ? '' : textOf(message);
  return type === '' ? text : text === '' ? type : `${type}: ${text}`;
}

function textOf(value: unknown): string {
  const plain = plainValue(value);
  return typeof plain === 'object' && plain !== null ? JSON.stringify(plain) : String(plain);
}

function ownKeys(value: object): string[] {
  try {
    return Object.keys(value);
  } catch {
    return [];
  }
}

function read(value: object, key: PropertyKey): unknown {
  try {
    return (value as Record<PropertyKey, unknown>)[key];
  } catch {
    return THROWS.text;
  }
}
