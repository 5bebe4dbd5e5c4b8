// SPDX-License-Identifier: Apache-2.0
import type { Writable } from 'node:stream';

/** What decides whether a stream gets colour. */
export interface ColourInputs {
  /** The option; undefined leaves it to the rest. */
  readonly option: boolean | undefined;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Whether the very stream that is written to is a terminal. */
  readonly isTerminal: boolean;
}

/**
 * Whether to write colour. The first that speaks decides: the option, NO_COLOR, FORCE_COLOR, a stream that is no
 * terminal, TERM=dumb, CI. An empty variable counts as unset.
 */
export function usesColour({ option, environment, isTerminal: onTerminal }: ColourInputs): boolean {
  if (option !== undefined) return option;
  if (isSet(environment['NO_COLOR'])) return false;
  const force = environment['FORCE_COLOR'];
  if (isSet(force)) return force !== '0' && force !== 'false';
  if (!onTerminal) return false;
  if (environment['TERM'] === 'dumb') return false;
  // A build log kept as text, though the job may run on a pseudo-terminal.
  return !isSet(environment['CI']) || environment['CI'] === 'false';
}

export function isTerminal(stream: Writable): boolean {
  return (stream as { readonly isTTY?: unknown }).isTTY === true;
}

function isSet(value: string | undefined): value is string {
  return value !== undefined && value !== '';
}

/** The codes that switch a style on and off again; both empty without colour. */
export interface Style {
  readonly on: string;
  readonly off: string;
}

/** The parts of a line that have a style of their own. The codes are the 16 basic ones, which every theme defines. */
export interface Palette {
  readonly dim: Style;
  readonly scope: Style;
  readonly exception: Style;
  /** TRACE, DEBUG, INFO, WARN, ERROR, FATAL: four severity numbers each. */
  readonly levels: readonly Style[];
}

export const PLAIN: Style = { on: '', off: '' };

export const NO_COLOUR: Palette = { dim: PLAIN, scope: PLAIN, exception: PLAIN, levels: [] };

const sgr = (codes: string): Style => ({ on: `\u001b[${codes}m`, off: '\u001b[0m' });

export const COLOUR: Palette = {
  dim: sgr('2'),
  scope: sgr('36'),
  exception: sgr('31'),
  levels: [sgr('2'), sgr('34'), sgr('32'), sgr('33'), sgr('31'), sgr('1;37;41')],
};
