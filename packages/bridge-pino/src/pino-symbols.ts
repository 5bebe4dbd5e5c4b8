// SPDX-License-Identifier: Apache-2.0

/** A pino logger, seen from inside: its settings stand under symbols. */
export type PinoInternals = Readonly<Record<PropertyKey, unknown>>;

/** Settings of a logger under symbols that each copy of pino makes for itself; found by their descriptions. */
const NAMES = {
  chindings: 'pino.chindings',
  errorKey: 'pino.errorKey',
  levelCache: 'pino.lsCache',
  messageKey: 'pino.messageKey',
  nestedKey: 'pino.nestedKey',
  stream: 'pino.stream',
  stringifiers: 'pino.stringifiers',
  time: 'pino.time',
} as const;

/** Settings under symbols that all copies of pino share. */
export const SERIALIZERS: symbol = Symbol.for('pino.serializers');
export const FORMATTERS: symbol = Symbol.for('pino.formatters');
export const HOOKS: symbol = Symbol.for('pino.hooks');
export const METADATA: symbol = Symbol.for('pino.metadata');

/** The description of the key that pino's own redaction of interpolated values stands under; it redacts no field. */
const INTERPOLATION = 'pino.redactFmt';

export type PinoSymbols = Readonly<Record<keyof typeof NAMES, symbol>>;

let known: PinoSymbols | undefined;

/** The symbols of the copy of pino that a logger comes from; undefined when it is none, or of a version that names them otherwise. */
export function pinoSymbols(logger: PinoInternals): PinoSymbols | undefined {
  // Nearly always there is one copy.
  if (known !== undefined && logger[known.chindings] !== undefined) return known;
  const byDescription = new Map<string | undefined, symbol>();
  for (let level: object | null = logger; level !== null; level = Object.getPrototypeOf(level) as object | null) {
    for (const symbol of Object.getOwnPropertySymbols(level)) byDescription.set(symbol.description, symbol);
  }
  const found: Partial<Record<keyof typeof NAMES, symbol>> = {};
  for (const name of Object.keys(NAMES) as (keyof typeof NAMES)[]) {
    const symbol = byDescription.get(NAMES[name]);
    if (symbol === undefined) return undefined;
    found[name] = symbol;
  }
  known = found as PinoSymbols;
  return known;
}

/** Whether a logger's stringifiers redact under a wildcard, and so may change every field. */
export function redactsEverything(stringifiers: object): boolean {
  return Object.getOwnPropertySymbols(stringifiers).some(({ description }) => description !== INTERPOLATION);
}
