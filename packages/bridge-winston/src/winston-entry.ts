// SPDX-License-Identifier: Apache-2.0
import { isErrorLike, type LogEntry } from '@logferry/bridge-base';

import { callOf, LEVEL, type WinstonInfo } from './winston-call.ts';

/** Fields that hold an error by habit, in this order. */
const ERROR_KEYS: readonly string[] = ['error', 'err'];

/** Where format.timestamp puts the time. */
const TIME_KEY = 'timestamp';

/** The class at the start of a stack: `TypeError: message`. */
const CLASS_OF_STACK = /^([A-Za-z_$][\w$.]{0,199})(?::|\n|$)/;

const NOTHING: ReadonlySet<string> = new Set();

interface FoundError {
  readonly error: object;
  readonly leftOut: ReadonlySet<string>;
  readonly consumed: ReadonlySet<string>;
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
export function winstonEntry(info: WinstonInfo): LogEntry {
  const found = findError(info);
  const consumed = new Set([...(found?.consumed ?? NOTHING), 'level', 'message']);
  if (labelOf(info) !== undefined) consumed.add('label');
  if (info[TIME_KEY] !== undefined) consumed.add(TIME_KEY);
  const moreErrors = callOf(info)?.moreErrors ?? [];
  return {
    body: bodyOf(info),
    severityText: levelOf(info),
    time: info[TIME_KEY],
    timeKey: TIME_KEY,
    error: found?.error,
    errorLeftOut: found?.leftOut ?? NOTHING,
    fields: moreErrors.length === 0 || 'errors' in info ? info : { ...info, errors: moreErrors },
    consumed,
  };
}

function findError(info: WinstonInfo): FoundError | undefined {
  const call = callOf(info);
  if (call?.error !== undefined) {
    const { error, errorFields } = call;
    const copied = [...errorFields, 'name', 'stack', 'cause', 'errors'].filter(
      (key) => key in info && Object.is(info[key], (error as WinstonInfo)[key]),
    );
    const leftOut = Object.keys(error).filter((key) => !errorFields.has(key));
    return { error, leftOut: new Set(leftOut), consumed: new Set(copied) };
  }
  for (const key of ERROR_KEYS) {
    const error = info[key];
    if (!isErrorLike(error)) continue;
    // The handlers of exceptions and rejections say the stack once more.
    const isCopied = info['stack'] !== undefined && info['stack'] === (error as WinstonInfo)['stack'];
    return { error, leftOut: NOTHING, consumed: new Set(isCopied ? [key, 'stack'] : [key]) };
  }
  return typeof info['stack'] === 'string' ? fromStack(info, info['stack']) : undefined;
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
function bodyOf(info: WinstonInfo): unknown {
  const { message } = info;
  if (message instanceof Error) return message.message;
  const call = callOf(info);
  if (call?.isAppended !== true || typeof message !== 'string') return message;
  const appended = ` ${String((call.error as WinstonInfo).message)}`;
  return message.endsWith(appended) ? message.slice(0, -appended.length) : message;
}
