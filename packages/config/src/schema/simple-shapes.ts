// SPDX-License-Identifier: Apache-2.0
import type {
  BooleanShape,
  ChoiceShape,
  EitherShape,
  IntegerShape,
  Key,
  ListShape,
  NumberShape,
  Shape,
  TextShape,
} from './shape.ts';

export const text: TextShape = { kind: 'text' };

export const secretText: TextShape = { kind: 'text', content: 'secret' };

/** A path, or an endpoint. */
export const place: TextShape = {
  kind: 'text',
  content: 'place',
  pattern: { source: '^.+$', words: 'a text that is not empty' },
};

export const absolutePath: TextShape = {
  kind: 'text',
  content: 'place',
  // Of Windows as well.
  pattern: { source: '^(?:/|[A-Za-z]:[\\\\/]).*$', words: 'an absolute path' },
};

export const flag: BooleanShape = { kind: 'boolean' };

/** setTimeout takes no longer delay. */
const LONGEST_MILLIS = 2 ** 31 - 1;

export function integer(min: number, max?: number): IntegerShape {
  return max === undefined ? { kind: 'integer', min } : { kind: 'integer', min, max };
}

/** A whole number of at least `min`, or `unlimited`. */
export function limit(min: number): IntegerShape {
  return { kind: 'integer', min, mayBeUnlimited: true };
}

/** Milliseconds that a timer can take. */
export function timer(min: number): IntegerShape {
  return integer(min, LONGEST_MILLIS);
}

export function number(min: number, max?: number): NumberShape {
  return max === undefined ? { kind: 'number', min } : { kind: 'number', min, max };
}

export function choice(...words: readonly string[]): ChoiceShape {
  return { kind: 'choice', words };
}

export function list(items: Shape, minItems: number = 0): ListShape {
  return { kind: 'list', items, minItems };
}

export function either(...shapes: readonly Shape[]): EitherShape {
  return { kind: 'either', shapes };
}

export function key(shape: Shape, about: string, more: Omit<Key, 'shape' | 'about'> = {}): Key {
  return { shape, about, ...more };
}

const RANGES = ['trace', 'debug', 'info', 'warn', 'error', 'fatal'];
const SEVERITIES = RANGES.flatMap((name) => [name, `${name}2`, `${name}3`, `${name}4`]);
const SEVERITIES_IN_SHORT = `${RANGES.join(', ')} (each also with 2, 3 or 4)`;

/** The severities as the standard names them: `info`, `info2`, and so on. */
export const severityName: ChoiceShape = { kind: 'choice', words: SEVERITIES, inShort: SEVERITIES_IN_SHORT };

/** A level of a destination. */
export const level: EitherShape = either(
  { kind: 'choice', words: [...SEVERITIES, 'all', 'off'], inShort: `${SEVERITIES_IN_SHORT}, all, off` },
  integer(1, 24),
);
