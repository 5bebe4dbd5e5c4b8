// SPDX-License-Identifier: Apache-2.0
import { type LogEntry, severityOfLabel } from '@logferry/bridge-base';

import type { LevelTable, RecordLevel } from './pino-levels.ts';
import { writtenEntry } from './written-line.ts';

/** How the lines of a logger are to be read by somebody who does not have the logger. */
export interface LineFormat {
  readonly messageKey: string;
  readonly errorKey: string;
  readonly nestedKey: string | undefined;
  /** Undefined: the first of the usual ones. */
  readonly timeKey: string | undefined;
  readonly levels: LevelTable;
}

/** A line as an entry, with the name of its logger. */
export interface ReadLine {
  /** Undefined when the line has none. */
  readonly name: string | undefined;
  readonly severityNumber: number | undefined;
  readonly entry: LogEntry;
}

/** Where pino, and time functions of applications, write the time. */
const USUAL_TIME_KEYS: readonly string[] = ['time', 'timestamp', '@timestamp'];

const NO_LEVEL: RecordLevel = { severityNumber: undefined, severityText: undefined };

/**
 * Reads a line of pino.
 * @param line the object that it holds, or its text, which becomes the body of a record.
 */
export function readLine(line: Readonly<Record<string, unknown>> | string, format: LineFormat): ReadLine {
  if (typeof line === 'string') {
    return { name: undefined, severityNumber: undefined, entry: { body: line, severityText: undefined, fields: {} } };
  }
  const { level, key: levelKey } = levelOf(line, format.levels);
  const { name } = line;
  const isNamed = typeof name === 'string' && name !== '';
  const timeKey = format.timeKey ?? USUAL_TIME_KEYS.find((key) => Object.hasOwn(line, key)) ?? 'time';
  const entry = writtenEntry(line, {
    messageKey: format.messageKey,
    errorKey: format.errorKey,
    nestedKey: format.nestedKey,
    severityText: level.severityText,
    time: line[timeKey],
    timeKey,
    consumed: (key) => key === levelKey || key === timeKey || (key === 'name' && isNamed),
  });
  return { name: isNamed ? name : undefined, severityNumber: level.severityNumber, entry };
}

/** The level as a number or a name, under `level`, or, as `formatters.level` for Google Cloud writes it, under `severity`. */
function levelOf(
  line: Readonly<Record<string, unknown>>,
  levels: LevelTable,
): { readonly level: RecordLevel; readonly key: string | undefined } {
  const { level, severity } = line;
  if (typeof level === 'number') return { level: levels.ofNumber(level), key: 'level' };
  if (typeof level === 'string') return { level: levels.ofLabel(level), key: 'level' };
  if (typeof severity === 'string' && severityOfLabel(severity) !== undefined) {
    return { level: levels.ofLabel(severity), key: 'severity' };
  }
  return { level: NO_LEVEL, key: undefined };
}
