// SPDX-License-Identifier: Apache-2.0
import { isErrorLike, type LogEntry } from '@logferry/bridge-base';

/** A record as bunyan hands it to a raw stream. */
export interface BunyanRecord {
  readonly name?: unknown;
  readonly level?: unknown;
  readonly msg?: unknown;
  readonly time?: unknown;
  readonly [key: string]: unknown;
}

/** Fields that bunyan gives each record; `v` is the version of its format. */
const CORE_FIELDS: readonly string[] = ['name', 'level', 'msg', 'time', 'v'];

/** Fields that hold an error by habit, in this order. */
const ERROR_KEYS: readonly string[] = ['err', 'error'];

const CONSUMED: ReadonlySet<string> = new Set(CORE_FIELDS);
const CONSUMED_WITH: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  ERROR_KEYS.map((key) => [key, new Set([...CORE_FIELDS, key])]),
);

const LEVEL_NAMES: ReadonlyMap<unknown, string> = new Map([
  [10, 'trace'],
  [20, 'debug'],
  [30, 'info'],
  [40, 'warn'],
  [50, 'error'],
  [60, 'fatal'],
]);

/** A bunyan record as an entry of the shared mapping. */
export function bunyanEntry(record: BunyanRecord): LogEntry {
  const errorKey = ERROR_KEYS.find((key) => isErrorLike(record[key]));
  return {
    body: record.msg,
    severityText: LEVEL_NAMES.get(record.level),
    time: record.time,
    error: errorKey === undefined ? undefined : (record[errorKey] as object),
    fields: record,
    consumed: CONSUMED_WITH.get(errorKey ?? '') ?? CONSUMED,
  };
}
