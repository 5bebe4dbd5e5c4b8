// SPDX-License-Identifier: Apache-2.0
import { severitiesOfTable, severityOfLabel, severityOfNumber } from '@logferry/bridge-base';

/** Levels of a logger, as pino's `logger.levels` has them. */
export interface PinoLevels {
  /** From number to name. */
  readonly labels: Readonly<Record<string, string>>;
  /** From name to number. */
  readonly values: Readonly<Record<string, number>>;
}

/** What a level is for a log record. */
export interface RecordLevel {
  readonly severityNumber: number | undefined;
  readonly severityText: string | undefined;
}

const PINO_VALUES: Readonly<Record<string, number>> = {
  trace: 10,
  debug: 20,
  info: 30,
  warn: 40,
  error: 50,
  fatal: 60,
};

const PINO_LABELS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(PINO_VALUES).map(([label, value]) => [value, label]),
);

/** Pino's own levels. */
export const PINO_LEVELS: PinoLevels = { labels: PINO_LABELS, values: PINO_VALUES };

/** Severities of the levels of one logger. */
export class LevelTable {
  readonly #levels: PinoLevels;
  readonly #byName: ReadonlyMap<string, number>;
  readonly #byNumber = new Map<number, RecordLevel>();

  constructor(levels: PinoLevels) {
    this.#levels = levels;
    this.#byName = isPinoScale(levels.values) ? new Map() : severitiesByName(levels.values);
  }

  ofNumber(number: number): RecordLevel {
    const known = this.#byNumber.get(number);
    if (known !== undefined) return known;
    const label = Object.hasOwn(this.#levels.labels, number) ? this.#levels.labels[number] : undefined;
    const level = {
      severityNumber: (label === undefined ? undefined : this.#byName.get(label)) ?? severityOfNumber(number),
      severityText: label,
    };
    // Numbers come from the logger's table, or from lines: those must not grow the map without bound.
    if (label !== undefined) this.#byNumber.set(number, level);
    return level;
  }

  ofLabel(label: string): RecordLevel {
    const value = Object.hasOwn(this.#levels.values, label) ? this.#levels.values[label] : undefined;
    const severityNumber = value === undefined ? severityOfLabel(label) : this.ofNumber(value).severityNumber;
    return { severityNumber, severityText: label };
  }
}

/** Whether levels are those of pino, perhaps with more between them: then severities scale with the numbers. */
function isPinoScale(values: Readonly<Record<string, number>>): boolean {
  return Object.keys(PINO_VALUES).some((label) => values[label] === PINO_VALUES[label]);
}

/**
 * Severities of an application's own scale (`useOnlyCustomLevels`), by the names in it that are known; it may rise or fall.
 * Empty when no name is known.
 */
function severitiesByName(values: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const known = Object.keys(values)
    .map((label) => ({ value: values[label]!, severity: severityOfLabel(label) }))
    .filter(({ severity }) => severity !== undefined)
    .toSorted((a, b) => a.value - b.value);
  const first = known[0];
  const last = known.at(-1);
  if (first === undefined || last === undefined) return new Map();
  const falls = first.severity! > last.severity!;
  const ranks = Object.entries(values).map(([label, value]) => [label, falls ? value : -value] as const);
  return severitiesOfTable(Object.fromEntries(ranks));
}
