// SPDX-License-Identifier: Apache-2.0
import { isErrorLike, type LogEntry } from '@logferry/bridge-base';

import { LEVEL, type WinstonCall, type WinstonInfo } from './winston-call.ts';

/** Fields that hold an error by habit, in this order. */
const ERROR_KEYS: readonly string[] = ['error', 'err'];

/** What formats copy of an error besides its own fields. */
const ERROR_MEMBERS: readonly string[] = ['name', 'stack', 'cause', 'errors'];

/** Where format.timestamp puts the time. */
const TIME_KEY = 'timestamp';

/** The class at the start of a stack: `TypeError: message`. */
const CLASS_OF_STACK = /^([A-Za-z_$][\w$.]{0,199})(?::|\n|$)/;

const NOTHING: ReadonlySet<string> = new Set();

interface FoundError {
  readonly error: object;
  readonly leftOut: ReadonlySet<string>;
  readonly consumed: Set<string>;
}

export function levelOf(info: WinstonInfo): string | undefined {
  const level = info[LEVEL] ?? info.level;
  return typeof level === 'string' ? level : undefined;
}

/** The label of format.label, which names the part of the application. */
export function labelOf(info: WinstonInfo): string | undefined {
  const { label } = info;
  return typeof label === 'string' && label !== '' ? label : undefined;
}

/** A winston record as an entry of the shared mapping. */
export function winstonEntry(info: WinstonInfo, call: WinstonCall | undefined): LogEntry {
  const found = findError(info, call);
  const moreErrors = call?.moreErrors;
  const consumed = consumedOf(labelOf(info) !== undefined, info[TIME_KEY] !== undefined);
  return {
    body: bodyOf(info, call),
    severityText: levelOf(info),
    time: info[TIME_KEY],
    timeKey: TIME_KEY,
    error: found?.error,
    errorLeftOut: found?.leftOut ?? NOTHING,
    fields:
      moreErrors === undefined || moreErrors.length === 0 || 'errors' in info ? info : { ...info, errors: moreErrors },
    consumed: found === undefined ? consumed : withAll(found.consumed, consumed),
  };
}

const CONSUMED: ReadonlySet<string> = new Set(['level', 'message']);
const CONSUMED_WITH_LABEL: ReadonlySet<string> = new Set([...CONSUMED, 'label']);
const CONSUMED_WITH_TIME: ReadonlySet<string> = new Set([...CONSUMED, TIME_KEY]);
const CONSUMED_WITH_BOTH: ReadonlySet<string> = new Set([...CONSUMED_WITH_LABEL, TIME_KEY]);

function consumedOf(hasLabel: boolean, hasTime: boolean): ReadonlySet<string> {
  if (hasTime) return hasLabel ? CONSUMED_WITH_BOTH : CONSUMED_WITH_TIME;
  return hasLabel ? CONSUMED_WITH_LABEL : CONSUMED;
}

function withAll(set: Set<string>, more: ReadonlySet<string>): Set<string> {
  for (const key of more) set.add(key);
  return set;
}

function findError(info: WinstonInfo, call: WinstonCall | undefined): FoundError | undefined {
  if (call?.error !== undefined) {
    const { error, errorFields } = call;
    const consumed = new Set<string>();
    for (const key of errorFields) if (isCopied(info, error, key)) consumed.add(key);
    for (const key of ERROR_MEMBERS) if (isCopied(info, error, key)) consumed.add(key);
    return { error, leftOut: leftOutOf(error, errorFields), consumed };
  }
  for (const key of ERROR_KEYS) {
    const error = info[key];
    if (!isErrorLike(error)) continue;
    const consumed = new Set([key]);
    // The handlers of exceptions and rejections say the stack once more.
    if (info['stack'] !== undefined && info['stack'] === (error as WinstonInfo)['stack']) consumed.add('stack');
    return { error, leftOut: NOTHING, consumed };
  }
  return typeof info['stack'] === 'string' ? fromStack(info, info['stack']) : undefined;
}

function isCopied(info: WinstonInfo, error: object, key: string): boolean {
  const value = info[key];
  return (value !== undefined || key in info) && Object.is(value, (error as WinstonInfo)[key]);
}

/** What winston and the logger's metadata put on the error. */
function leftOutOf(error: object, errorFields: ReadonlySet<string>): ReadonlySet<string> {
  const keys = Object.keys(error);
  return keys.length === errorFields.size ? NOTHING : new Set(keys.filter((key) => !errorFields.has(key)));
}

/** An error of which a format, or a child logger, has left the stack and the cause. */
function fromStack(info: WinstonInfo, stack: string): FoundError {
  const { name, message, cause } = info;
  const error = {
    name: typeof name === 'string' ? name : CLASS_OF_STACK.exec(stack)?.[1],
    message,
    stack,
    cause,
  };
  const consumed = typeof name === 'string' ? ['name', 'stack', 'cause'] : ['stack', 'cause'];
  return { error, leftOut: NOTHING, consumed: new Set(consumed) };
}

/** The message without the error's, which winston appends to it: `exception.message` says that. */
function bodyOf(info: WinstonInfo, call: WinstonCall | undefined): unknown {
  const { message } = info;
  if (message instanceof Error) return message.message;
  const appended = call?.appended;
  if (appended === undefined || typeof message !== 'string' || !message.endsWith(appended)) return message;
  return message.slice(0, -appended.length);
}
