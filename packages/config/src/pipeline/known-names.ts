// SPDX-License-Identifier: Apache-2.0

/** Refuses options of a program that don't exist, by the tables that files are checked with. */
import { invalidOption, knownOptions } from '@logferry/core';

import { optionKeys, type SectionShape, type Shape } from '../schema/shape.ts';

/** The names that options may have in a program. */
export function optionNames(section: SectionShape): readonly string[] {
  return [...Object.keys(optionKeys(section)), ...(section.codeOnly ?? [])];
}

/**
 * Looks at names alone, at all depths: what the values may be, their owners check.
 * @param beside further names that may stand there, such as `type`.
 * @throws LogferryError `INVALID_OPTION`
 */
export function knownNames(path: string, options: object, section: SectionShape, ...beside: string[]): void {
  if (!isObject(options)) throw invalidOption(path, options, 'an object');
  namesOfSection(path, options, section, beside);
}

function namesOfSection(
  path: string,
  options: Readonly<Record<string, unknown>>,
  section: SectionShape,
  beside: readonly string[],
): void {
  knownOptions(path, options, [...beside, ...optionNames(section)]);
  for (const [name, { shape }] of Object.entries(optionKeys(section))) {
    namesWithin(`${path}.${name}`, options[name], shape);
  }
}

function namesWithin(path: string, content: unknown, shape: Shape): void {
  if (Array.isArray(content)) {
    if (shape.kind !== 'list') return;
    for (const [index, item] of content.entries()) namesWithin(`${path}[${index}]`, item, shape.items);
    return;
  }
  if (!isObject(content)) return;
  switch (shape.kind) {
    case 'section':
      namesOfSection(path, content, shape, []);
      return;
    case 'named':
      for (const [name, member] of Object.entries(content)) namesWithin(`${path}.${name}`, member, shape.values);
      return;
    case 'either':
      for (const one of shape.shapes) namesWithin(path, content, one);
      return;
    case 'component': {
      // Of those below an option, operators, a program names the type beside the options.
      const { kind } = content;
      const isKnown = typeof kind === 'string' && Object.hasOwn(shape.types, kind);
      if (isKnown) namesOfSection(path, content, shape.types[kind]!.section, ['kind']);
      return;
    }
    default:
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
