// SPDX-License-Identifier: Apache-2.0
import { type LoggerLevels, thresholdOf } from './logger-levels.ts';

/** Names of loggers whose thresholds are kept; beyond it the table begins anew, so that names made up at run time can't fill the memory. */
const MAX_LOGGERS = 1024;

/** The thresholds of one logger. */
export interface ThresholdRow {
  /** By the index of the destination. */
  readonly thresholds: readonly number[];
  /** The least of them: what is below is wanted by nobody. */
  readonly lowest: number;
}

/**
 * Which severity each destination wants of a logger, worked out once for each name. It never changes: new levels make a
 * new table, so no record sees half of a change.
 */
export class ThresholdTable {
  readonly #levels: readonly LoggerLevels[];
  readonly #rows = new Map<string, ThresholdRow>();
  #lastName: string | undefined;
  #lastRow: ThresholdRow = { thresholds: [], lowest: 0 };

  constructor(levels: readonly LoggerLevels[]) {
    this.#levels = levels;
  }

  row(logger: string): ThresholdRow {
    if (logger === this.#lastName) return this.#lastRow;
    const row = this.#rows.get(logger) ?? this.#add(logger);
    this.#lastName = logger;
    this.#lastRow = row;
    return row;
  }

  #add(logger: string): ThresholdRow {
    if (this.#rows.size >= MAX_LOGGERS) this.#rows.clear();
    const thresholds = this.#levels.map((levels) => thresholdOf(levels, logger));
    const row = { thresholds, lowest: Math.min(...thresholds) };
    this.#rows.set(logger, row);
    return row;
  }
}
