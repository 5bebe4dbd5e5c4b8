// SPDX-License-Identifier: Apache-2.0
import { argumentsEntry, type LogEntry, severityOfLabel } from '@logferry/bridge-base';

/** What log4js hands to an appender, as far as the bridge reads it. */
export interface LoggingEvent {
  readonly categoryName: string;
  readonly data: readonly unknown[];
  readonly level: { readonly level: number; readonly levelStr: string };
  readonly startTime: Date;
  readonly pid?: number;
  readonly context?: unknown;
  readonly fileName?: string;
  readonly lineNumber?: number;
  readonly columnNumber?: number;
  readonly functionName?: string;
}

/** The attribute that keeps arguments which are in no other place. */
const ARGUMENTS = 'log4js.arguments';

/** Severity numbers of log4js's own ranks, between which those of the application lie. */
const RANKS: readonly (readonly [rank: number, severity: number])[] = [
  [5000, 1],
  [10_000, 5],
  [20_000, 9],
  [30_000, 13],
  [40_000, 17],
  [50_000, 21],
];

/** MARK ranks above all levels, so that it is always written; it says nothing of how bad things are. */
const MARK = 'MARK';

export function severityOf({ level, levelStr }: LoggingEvent['level']): number | undefined {
  if (levelStr === MARK) return severityOfLabel('info');
  return severityOfLabel(levelStr) ?? severityOfRank(level);
}

function severityOfRank(rank: number): number | undefined {
  if (!Number.isFinite(rank)) return undefined;
  const above = RANKS.findIndex(([known]) => rank <= known);
  if (above === 0) return 1;
  const [highRank, high] = RANKS[above] ?? [Infinity, 24];
  const [lowRank, low] = RANKS[above < 0 ? RANKS.length - 1 : above - 1] ?? [0, 1];
  return Math.floor(low + (highRank === Infinity ? 0 : ((high - low) * (rank - lowRank)) / (highRank - lowRank)));
}

/** An event of log4js as an entry of the shared mapping. */
export function eventEntry(event: LoggingEvent): LogEntry {
  const { data, level, startTime } = event;
  return { ...argumentsEntry(data, level.levelStr, ARGUMENTS, fieldsOf(event)), time: startTime };
}

/** The fields that `addContext` gave the logger, and, where the category has `enableCallStack`, the place of the call. */
function fieldsOf(event: LoggingEvent): Readonly<Record<string, unknown>> {
  const { context, pid, fileName, lineNumber, columnNumber, functionName } = event;
  return {
    ...(typeof context === 'object' ? context : {}),
    pid,
    'code.file.path': fileName === '' ? undefined : fileName,
    'code.line.number': lineNumber,
    'code.column.number': columnNumber,
    'code.function.name': functionName === '' ? undefined : functionName,
  };
}
