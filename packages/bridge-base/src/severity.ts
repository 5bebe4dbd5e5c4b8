// SPDX-License-Identifier: Apache-2.0

/** Severity numbers of the logs data model by the names that loggers give their levels, in lower case. */
const BY_LABEL: ReadonlyMap<string, number> = new Map([
  ['emerg', 21],
  ['emergency', 21],
  ['fatal', 21],
  ['alert', 19],
  ['crit', 18],
  ['critical', 18],
  ['error', 17],
  ['err', 17],
  ['warn', 13],
  ['warning', 13],
  ['notice', 10],
  ['info', 9],
  ['log', 9],
  ['http', 7],
  ['verbose', 6],
  ['debug', 5],
  ['trace', 1],
  ['silly', 1],
]);

/** winston's `cli` levels: `verbose` ranks below `debug` there, and above it among the npm levels. */
const CLI: ReadonlyMap<string, number> = new Map([
  ['error', 17],
  ['warn', 13],
  ['help', 11],
  ['data', 10],
  ['info', 9],
  ['debug', 5],
  ['prompt', 4],
  ['verbose', 3],
  ['input', 2],
  ['silly', 1],
]);

const MOST_SEVERE_UNKNOWN = 17;
const LEAST_SEVERE_UNKNOWN = 1;

/**
 * The severity number of a numeric level as pino and bunyan have them: 10, 20, … 60 are TRACE, DEBUG, INFO, WARN, ERROR
 * and FATAL, and what lies between scales linearly. Undefined for what is no number.
 */
export function severityOfNumber(level: unknown): number | undefined {
  if (typeof level !== 'number' || Number.isNaN(level)) return undefined;
  return Math.min(Math.max(Math.floor(1 + ((level - 10) * 4) / 10), 1), 24);
}

/** The severity number of a level's name, in any case; undefined for an unknown one. */
export function severityOfLabel(label: unknown): number | undefined {
  return typeof label === 'string' ? BY_LABEL.get(label.toLowerCase()) : undefined;
}

/**
 * Severity numbers for a table of levels from name to rank, where rank 0 is the most severe (winston). Known names have
 * their number; a name of the application's own lies evenly between the known ones around it.
 *
 * @param given numbers that take precedence.
 */
export function severitiesOfTable(
  levels: Readonly<Record<string, number>>,
  given: Readonly<Record<string, number>> = {},
): ReadonlyMap<string, number> {
  const known = 'prompt' in levels && 'input' in levels ? CLI : BY_LABEL;
  const ranked = Object.keys(levels).toSorted((a, b) => (levels[a] ?? 0) - (levels[b] ?? 0));
  const anchors = ranked.map((name) => (Object.hasOwn(given, name) ? given[name] : known.get(name.toLowerCase())));
  return new Map(ranked.map((name, index) => [name, anchors[index] ?? between(anchors, index)]));
}

/** Evenly between the nearest anchors on both sides. */
function between(anchors: readonly (number | undefined)[], index: number): number {
  let before = index;
  while (before >= 0 && anchors[before] === undefined) before -= 1;
  let after = index;
  while (after < anchors.length && anchors[after] === undefined) after += 1;
  const above = anchors[before];
  const below = anchors[after];
  // At an open end there is no second anchor: the most severe name counts as an error, the least severe one as trace.
  const top = above ?? Math.max(below ?? 0, MOST_SEVERE_UNKNOWN);
  const bottom = below ?? Math.min(top, LEAST_SEVERE_UNKNOWN);
  const first = above === undefined ? 0 : before;
  const last = below === undefined ? anchors.length - 1 : after;
  if (first === last) return top;
  return Math.round(top + ((bottom - top) * (index - first)) / (last - first));
}
