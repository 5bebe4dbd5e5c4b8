// SPDX-License-Identifier: Apache-2.0
import { nearestName } from '@logferry/core';

import { plainValue } from '../file/core-schema.ts';
import { readScalar } from '../file/scalar-reader.ts';
import type { ConfigProblem } from '../problems/problem.ts';
import type { BooleanShape, ChoiceShape, IntegerShape, NumberShape, TextShape } from '../schema/shape.ts';
import { shapeWords } from '../schema/shape-words.ts';
import { value, type ValueSetting } from '../settings/setting.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

export type VariableShape = TextShape | IntegerShape | NumberShape | BooleanShape | ChoiceShape;

/**
 * Reads variables into settings, and collects what is wrong with them. An empty one counts as not set. A bad standard
 * variable is told and ignored, as the specification wants it; a bad variable of Logferry is an error, because what it
 * would have kept private or apart must not go on as if nothing had been said.
 */
export class VariableReader {
  readonly problems: ConfigProblem[] = [];
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  /** The first of the names that is set. */
  find(...names: readonly string[]): { readonly name: string; readonly text: string } | undefined {
    for (const name of names) {
      const text = Object.hasOwn(this.#variables, name) ? this.#variables[name]?.trim() : undefined;
      if (text !== undefined && text !== '') return { name, text };
    }
    return undefined;
  }

  /** The value of the first of the names that is set; undefined also where it is bad. */
  read(shape: VariableShape, ...names: readonly string[]): ValueSetting | undefined {
    const found = this.find(...names);
    if (found === undefined) return undefined;
    const { name, text } = found;
    const scalar = scalarOf(shape, text);
    if (scalar === undefined) {
      this.bad(name, `must be ${shapeWords(shape)}`);
      return undefined;
    }
    return value(scalar.value, { kind: 'variable', name }, scalar.isHidden);
  }

  /** Whether a text has a shape. */
  isRight(shape: VariableShape, text: string): boolean {
    return scalarOf(shape, text) !== undefined;
  }

  /** Each of a list with commas between; undefined where one of them is bad, or none is there. */
  readList(shape: ChoiceShape, name: string): ValueSetting | undefined {
    const found = this.find(name);
    if (found === undefined) return undefined;
    const words = found.text
      .split(',')
      .map((word) => wordOf(word.trim(), shape))
      .filter((word) => word !== '');
    if (words.length > 0 && words.every((word) => shape.words.includes(word))) {
      return value(words, { kind: 'variable', name });
    }
    this.bad(name, `must be a list with commas between, each ${shapeWords(shape)}`);
    return undefined;
  }

  /** The value stays out of the message: a variable may have been set to a secret by mistake. */
  bad(name: string, message: string): void {
    const isOwn = name.startsWith(OWN_PREFIX);
    this.problems.push({
      severity: isOwn ? 'error' : 'warning',
      path: name,
      message: isOwn ? message : `is ignored: it ${message}`,
    });
  }

  /** A variable that looks like one of ours, and is none, was meant to do something. */
  checkNames(known: readonly string[]): void {
    for (const name of Object.keys(this.#variables).toSorted()) {
      if (!name.startsWith(OWN_PREFIX) || known.includes(name)) continue;
      const nearest = nearestName(name, known);
      const problem = { path: name, message: 'is not a variable of Logferry' };
      this.problems.push(
        nearest === undefined ? { ...problem, severity: 'warning' } : { ...problem, severity: 'error', nearest },
      );
    }
  }
}

const OWN_PREFIX = 'LOGFERRY_';

function scalarOf(shape: VariableShape, text: string): ReturnType<typeof readScalar> {
  // Words of variables are read in any case.
  const content = shape.kind === 'choice' ? wordOf(text, shape) : text;
  const otherwise = shape.kind === 'boolean' ? plainValue(text.toLowerCase()) : plainValue(text);
  return readScalar(
    { kind: 'scalar', position: { line: 1, column: 1 }, value: content, otherwise, variables: [] },
    shape,
  );
}

function wordOf(text: string, shape: ChoiceShape): string {
  return shape.words.find((word) => word.toLowerCase() === text.toLowerCase()) ?? text;
}
