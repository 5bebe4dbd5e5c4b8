// SPDX-License-Identifier: Apache-2.0
import { type CallOrigin, isError } from '@logferry/bridge-base';

/** What winston writes: the record, from the call through the formats to the transport. */
export interface WinstonInfo {
  readonly level?: unknown;
  readonly message?: unknown;
  readonly [key: string]: unknown;
  readonly [key: symbol]: unknown;
}

/** The parts of a winston logger that are used; `winston-transport` doesn't type its parent. */
export interface WinstonLogger {
  readonly levels?: Readonly<Record<string, number>>;
  readonly defaultMeta?: unknown;
  readonly transports?: readonly unknown[];
  write: (info: unknown, ...rest: unknown[]) => boolean;
  child: (defaultMeta: object) => WinstonLogger;
}

/** What a record loses on its way from the log call to the transport. */
export interface WinstonCall extends CallOrigin {
  readonly levels: Readonly<Record<string, number>> | undefined;
  /** The first error of the call. Formats copy some of its fields and drop the rest; with tokens, `splat` drops it all. */
  readonly error: object | undefined;
  /** Fields that the error has of its own. */
  readonly errorFields: ReadonlySet<string>;
  /** What winston put behind the message of the call: a blank and the error's message. */
  readonly appended: string | undefined;
  /** Errors after the first. */
  readonly moreErrors: readonly object[];
  /** Kept by a child logger, and still on its way to the logger above. */
  isFromChild: boolean;
}

/** The level as it was logged; `level` may have been coloured by a format. */
export const LEVEL: symbol = Symbol.for('level');

/** Arguments after the message. */
const SPLAT: symbol = Symbol.for('splat');

/** What winston takes for a sign that the message is a format, to which it appends nothing. */
const FORMAT = /%[scdjifoO%]/;

const CALL: symbol = Symbol.for('logferry.bridge.winston.call');

const NO_FIELDS: ReadonlySet<string> = new Set();
const NO_ERRORS: readonly object[] = [];

export function callOf(info: object): WinstonCall | undefined {
  return (info as Record<symbol, WinstonCall | undefined>)[CALL];
}

/**
 * Keeps with each record what its call has. Formats run, and a transport gets its records, when the streams in between have
 * room: perhaps after the call, in another context, and with errors taken apart.
 *
 * @param beforeWrite runs at each call.
 * @returns undoes it.
 */
export function rememberCalls(logger: WinstonLogger, origin: () => CallOrigin, beforeWrite: () => void): () => void {
  const { write, child } = logger;

  const rememberingWrite: WinstonLogger['write'] = (info, ...rest) => {
    beforeWrite();
    remember(info, origin, logger, false);
    return write.call(logger, info, ...rest);
  };
  // The logger's child copies an error into a plain object before it writes.
  const rememberingChild: WinstonLogger['child'] = function (this: WinstonLogger, defaultMeta) {
    const made = child.call(this, defaultMeta);
    const writeOfChild = made.write;
    const writeFirst: WinstonLogger['write'] = (info, ...rest) => {
      remember(info, origin, logger, true);
      return writeOfChild.call(made, info, ...rest);
    };
    // Its own `write` can't be redefined.
    return Object.create(made, { write: { value: writeFirst } }) as WinstonLogger;
  };
  const undoWrite = replaceMethod(logger, 'write', rememberingWrite);
  const undoChild = replaceMethod(logger, 'child', rememberingChild);
  return () => {
    undoWrite();
    undoChild();
  };
}

function replaceMethod<K extends 'write' | 'child'>(
  logger: WinstonLogger,
  name: K,
  replacement: WinstonLogger[K],
): () => void {
  const isOwn = Object.hasOwn(logger, name);
  const { [name]: original } = logger;
  logger[name] = replacement;
  return () => {
    // Whoever wrapped it later calls ours, which then does no harm.
    if (logger[name] !== replacement) return;
    if (isOwn) logger[name] = original;
    else Reflect.deleteProperty(logger, name);
  };
}

function remember(info: unknown, origin: () => CallOrigin, logger: WinstonLogger, isFromChild: boolean): void {
  if (typeof info !== 'object' || info === null) return;
  try {
    rememberOn(info as WinstonInfo, origin, logger, isFromChild);
  } catch {
    // A getter of the record threw. It goes without what would have been kept.
  }
}

function rememberOn(
  info: Record<symbol, unknown> & WinstonInfo,
  origin: () => CallOrigin,
  logger: WinstonLogger,
  isFromChild: boolean,
): void {
  const known = callOf(info);
  if (known?.isFromChild === true) {
    known.isFromChild = isFromChild;
    return;
  }
  const { context, wallMillis } = origin();
  const errors = errorsOf(info);
  const error = errors?.[0];
  const call: WinstonCall = {
    context,
    wallMillis,
    levels: logger.levels,
    error,
    errorFields: error === undefined ? NO_FIELDS : fieldsOf(error, logger.defaultMeta),
    appended: error === undefined ? undefined : appendedText(info, error),
    moreErrors: errors === undefined || errors.length === 1 ? NO_ERRORS : errors.slice(1),
    isFromChild,
  };
  // Enumerable, because formats copy records. A frozen record throws, and goes without.
  info[CALL] = call;
}

/** Undefined when there is none, as in nearly every record. */
function errorsOf(info: WinstonInfo): [object, ...object[]] | undefined {
  let errors: [object, ...object[]] | undefined;
  const take = (value: unknown): void => {
    if (typeof value !== 'object' || !isError(value)) return;
    if (errors === undefined) errors = [value];
    else errors.push(value);
  };
  // An object literal is no error; it need not be asked.
  if (Object.getPrototypeOf(info) !== Object.prototype) take(info);
  take(info.message);
  const splat = info[SPLAT];
  if (Array.isArray(splat)) for (const argument of splat) take(argument);
  return errors;
}

function appendedText(info: WinstonInfo, error: object): string | undefined {
  const { message } = info;
  const splat = info[SPLAT];
  if (!Array.isArray(splat) || splat[0] !== error || typeof message !== 'string') return undefined;
  const messageOfError = messageOf(error);
  if (typeof messageOfError !== 'string' || messageOfError === '') return undefined;
  const appended = ` ${messageOfError}`;
  if (!message.endsWith(appended)) return undefined;
  return message.includes('%') && FORMAT.test(message.slice(0, -appended.length)) ? undefined : appended;
}

function messageOf(error: object): unknown {
  try {
    return (error as WinstonInfo).message;
  } catch {
    return undefined;
  }
}

function fieldsOf(error: object, defaultMeta: unknown): ReadonlySet<string> {
  const keys = Object.keys(error);
  if (keys.length === 0) return NO_FIELDS;
  const fields = new Set(keys);
  fields.delete('level');
  if (typeof defaultMeta === 'object' && defaultMeta !== null) {
    for (const key of Object.keys(defaultMeta)) fields.delete(key);
  }
  return fields;
}
