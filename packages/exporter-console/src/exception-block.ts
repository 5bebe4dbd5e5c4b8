// SPDX-License-Identifier: Apache-2.0
import { types } from 'node:util';

import { ItemList, NamedValues, normalizeValue } from '@logferry/core';

/** Causes of causes shown at most; a chain that goes on, or turns in a circle, ends there. */
const MAX_ERRORS = 16;

/** How much is compared to see whether a stack starts with its message: enough, and never slow. */
const SEARCHED_LENGTH = 4096;
const SOUGHT_LENGTH = 256;

/** The well-known members of an error, which come first; none of its own fields is needed. */
const ERROR_MEMBERS = 5;

/** The attributes that an exception is shown from, instead of among the other attributes. */
const EXCEPTION_ATTRIBUTES: ReadonlySet<string> = new Set([
  'exception.type',
  'exception.message',
  'exception.stacktrace',
]);

export function isExceptionAttribute(name: string, value: unknown): value is string {
  return EXCEPTION_ATTRIBUTES.has(name) && typeof value === 'string';
}

/**
 * The text of an exception from its attributes: the stack with the chain of causes as it is, headed by type and message
 * where the stack lacks them. Undefined when there is none.
 */
export function exceptionText(attributes: ReadonlyMap<string, string>): string | undefined {
  const message = attributes.get('exception.message');
  const header = [attributes.get('exception.type'), message]
    .filter((part) => part !== undefined && part !== '')
    .join(': ');
  const stack = attributes.get('exception.stacktrace');
  if (stack === undefined || stack === '') return header === '' ? undefined : header;
  if (header === '' || stack.slice(0, SEARCHED_LENGTH).includes((message ?? header).slice(0, SOUGHT_LENGTH)))
    return stack;
  return `${header}\n${stack}`;
}

/** Whether a value is an error; a hostile proxy is none. */
export function isError(value: unknown): boolean {
  try {
    return types.isNativeError(value) || value instanceof Error;
  } catch {
    return false;
  }
}

/** `name: message` of an error. Never throws. */
export function errorHeader(error: unknown): string {
  const name = textMember(error, 'name') ?? 'Error';
  const message = textMember(error, 'message') ?? '';
  return message === '' ? name : `${name}: ${message}`;
}

/**
 * The stack of an error, then `Caused by:` with that of its cause and so on; the errors of an AggregateError are indented.
 * Never throws.
 */
export function errorText(error: unknown): string {
  return describe(error, new Set());
}

function describe(error: unknown, seen: Set<unknown>): string {
  if (seen.has(error)) return '[Circular]';
  if (seen.size >= MAX_ERRORS) return '…';
  seen.add(error);
  if (!isError(error)) return plainText(error);
  const lines = [textMember(error, 'stack') ?? errorHeader(error)];
  const errors = normalizeValue(member(error, 'errors'), MAX_ERRORS);
  if (errors instanceof ItemList) {
    for (const item of errors.items) lines.push(`Caused by: ${describe(item, seen)}`.replaceAll(/^/gm, '    '));
  }
  const cause = member(error, 'cause');
  if (cause !== undefined) lines.push(`Caused by: ${describe(cause, seen)}`);
  return lines.join('\n');
}

/** What was thrown or given as a cause need not be an error. */
function plainText(value: unknown): string {
  const normal = normalizeValue(value, 0);
  return typeof normal === 'object' && normal !== null ? '[object]' : String(normal);
}

function textMember(error: unknown, name: string): string | undefined {
  const value = member(error, name);
  return typeof value === 'string' ? value : undefined;
}

function member(error: unknown, name: string): unknown {
  const normal = normalizeValue(error, ERROR_MEMBERS);
  if (!(normal instanceof NamedValues)) return undefined;
  const index = normal.names.indexOf(name);
  return index < 0 ? undefined : normal.values[index];
}
