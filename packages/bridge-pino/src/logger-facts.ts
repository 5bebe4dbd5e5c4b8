// SPDX-License-Identifier: Apache-2.0
import { severityOfLabel } from '@logferry/bridge-base';
import { pino } from 'pino';

import { errorField } from './found-error.ts';
import { LevelTable, type PinoLevels, type RecordLevel } from './pino-levels.ts';
import {
  FORMATTERS,
  HOOKS,
  type PinoInternals,
  type PinoSymbols,
  pinoSymbols,
  redactsEverything,
  SERIALIZERS,
} from './pino-symbols.ts';
import { timeKeyOf } from './pino-time.ts';

/** A table from a field to what pino does with its value; a field without an entry is written as it is. */
type FieldFunctions = Readonly<Record<string, unknown>>;

/** What pino does to the value of a field before it writes it. */
export type Treatment =
  /** Nothing. */
  | 'plain'
  /** Its own error serializer, which loses nothing that the error itself doesn't tell better. */
  | 'standard error'
  /** Something of the application's: only the written line has the result. */
  | 'changed';

/** A level with the fields that `formatters.level` writes for it. */
export interface WrittenLevel extends RecordLevel {
  /** Fields that only say the level once more. */
  readonly saying: Readonly<Record<string, unknown>>;
  /** Fields beyond the level. */
  readonly extras: Readonly<Record<string, unknown>>;
}

/** Under which keys a logger writes what. */
export interface LineKeys {
  readonly messageKey: string;
  readonly errorKey: string;
  readonly nestedKey: string | undefined;
}

/** What a logger is set to, read once, and again when its bindings change. */
export class LoggerFacts implements LineKeys {
  readonly messageKey: string;
  readonly errorKey: string;
  readonly nestedKey: string | undefined;
  /** The field of the time; undefined when none is written. */
  readonly timeKey: string | undefined;
  /** Fields of the logger and its ancestors as they are written, serialized, formatted and redacted; without name and error. */
  readonly bindings: Readonly<Record<string, unknown>>;
  /** The logger's name; undefined when it has none. */
  readonly name: string | undefined;
  /** The error that the logger was bound to, as it is written. */
  readonly boundError: object | undefined;
  /** Whether the application may change any field on its way to the line, so that only the line tells what a record is. */
  readonly mayReplaceRecord: boolean;
  /** Whether only the line tells what a record is: for that reason, or because the message may be changed. */
  readonly needsLine: boolean;
  /** Where the logger writes to. */
  readonly stream: unknown;
  readonly #symbols: PinoSymbols;
  readonly #chindings: unknown;
  readonly #serializers: FieldFunctions;
  readonly #stringifiers: FieldFunctions;
  readonly #levelCache: FieldFunctions;
  readonly #table: LevelTable;
  readonly #levels = new Map<number, WrittenLevel>();

  private constructor(logger: PinoInternals, symbols: PinoSymbols) {
    this.#symbols = symbols;
    this.#chindings = logger[symbols.chindings];
    this.#serializers = logger[SERIALIZERS] as FieldFunctions;
    this.#stringifiers = logger[symbols.stringifiers] as FieldFunctions;
    this.#levelCache = logger[symbols.levelCache] as FieldFunctions;
    this.#table = new LevelTable(logger['levels'] as PinoLevels);
    this.messageKey = logger[symbols.messageKey] as string;
    this.errorKey = logger[symbols.errorKey] as string;
    this.nestedKey = (logger[symbols.nestedKey] as string | null | undefined) ?? undefined;
    this.timeKey = timeKeyOf(logger[symbols.time] as () => string);
    this.stream = logger[symbols.stream];
    const bindings = JSON.parse(`{${String(this.#chindings).slice(1)}}`) as Record<string, unknown>;
    const { name } = bindings;
    this.name = typeof name === 'string' && name !== '' ? name : undefined;
    const errorKey = errorField(bindings, this.errorKey);
    this.boundError = errorKey === undefined ? undefined : (bindings[errorKey] as object);
    const isTaken = (key: string): boolean => key === errorKey || (key === 'name' && this.name !== undefined);
    this.bindings = Object.fromEntries(Object.entries(bindings).filter(([key]) => !isTaken(key)));
    this.mayReplaceRecord =
      isSet((logger[FORMATTERS] as FieldFunctions | undefined)?.['log']) ||
      isSet((logger[HOOKS] as FieldFunctions | undefined)?.['streamWrite']) ||
      redactsEverything(this.#stringifiers);
    this.needsLine =
      this.mayReplaceRecord || isSet(this.#serializers[this.messageKey]) || isSet(this.#stringifiers[this.messageKey]);
  }

  /** The facts of a logger; undefined for what is no pino logger of a version that is known. Throws what its settings throw. */
  static of(logger: PinoInternals): LoggerFacts | undefined {
    const symbols = pinoSymbols(logger);
    return symbols === undefined ? undefined : new LoggerFacts(logger, symbols);
  }

  /** Whether the logger is still set as it was: `setBindings` and a new table of levels change it. */
  isCurrent(logger: PinoInternals): boolean {
    return logger[this.#symbols.chindings] === this.#chindings && logger[this.#symbols.levelCache] === this.#levelCache;
  }

  /** What pino does with a field, decided by the same look-ups as pino's own. */
  treatment(key: string): Treatment {
    if (isSet(this.#stringifiers[key])) return 'changed';
    const serializer = this.#serializers[key] ?? (key === this.errorKey ? this.#serializers['err'] : undefined);
    if (!isSet(serializer)) return 'plain';
    return isStandardErrorSerializer(serializer) ? 'standard error' : 'changed';
  }

  level(number: number): WrittenLevel {
    const known = this.#levels.get(number);
    if (known !== undefined) return known;
    const level = writtenLevel(number, this.#table.ofNumber(number), this.#levelCache[number]);
    this.#levels.set(number, level);
    return level;
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}

/** @param written the start of a line of this level, as pino keeps it: JSON without its closing brace. */
function writtenLevel(number: number, level: RecordLevel, written: unknown): WrittenLevel {
  const fields = typeof written === 'string' ? (JSON.parse(`${written}}`) as Record<string, unknown>) : {};
  const label = level.severityText?.toLowerCase();
  const says = (value: unknown): boolean =>
    value === number ||
    (typeof value === 'string' && (value.toLowerCase() === label || severityOfLabel(value) !== undefined));
  const isExtra = ([, value]: [string, unknown]): boolean => !says(value);
  return {
    ...level,
    saying: Object.fromEntries(Object.entries(fields).filter((field) => !isExtra(field))),
    extras: Object.fromEntries(Object.entries(fields).filter(isExtra)),
  };
}

const STANDARD: unknown = pino.stdSerializers.err;
const STANDARD_SOURCE = String(STANDARD);
const recognised = new WeakMap<object, boolean>();

/** By its source text where it is of another copy of pino. */
function isStandardErrorSerializer(serializer: unknown): boolean {
  if (serializer === STANDARD) return true;
  if (typeof serializer !== 'function') return false;
  let isStandard = recognised.get(serializer);
  if (isStandard === undefined) {
    isStandard = Function.prototype.toString.call(serializer) === STANDARD_SOURCE;
    recognised.set(serializer, isStandard);
  }
  return isStandard;
}
