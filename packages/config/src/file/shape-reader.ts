// SPDX-License-Identifier: Apache-2.0
import { nearestName, sanitizeUntrustedText } from '@logferry/core';

import type { ConfigProblem, FilePosition } from '../problems/problem.ts';
import {
  type ComponentShape,
  type EitherShape,
  fileName,
  type NamedShape,
  type Report,
  type SectionShape,
  type Shape,
  type Variables,
} from '../schema/shape.ts';
import { shapeWords } from '../schema/shape-words.ts';
import { group, type GroupSetting, type Origin, type Setting, value } from '../settings/setting.ts';
import { describeNode } from './describe-node.ts';
import { readScalar, takesKind } from './scalar-reader.ts';
import type { MappingNode, SourceNode } from './source-node.ts';

/** Where the reader is. */
interface Place {
  /** The keys that lead there. */
  readonly path: string;
  /** Whether what stands here may be a secret, also where it has the wrong form. */
  readonly isSecret: boolean;
}

/** Makes settings of a file, by what shapes allow, and collects everything that is wrong. */
export class ShapeReader {
  readonly problems: ConfigProblem[] = [];
  readonly #file: string;
  readonly #variables: Variables;

  constructor(file: string, variables: Variables) {
    this.#file = file;
    this.#variables = variables;
  }

  /** The settings; undefined where the node is wrong, which has been reported then. */
  read(node: SourceNode, shape: Shape, place: Place = { path: '', isSecret: false }): Setting | undefined {
    if (node.kind === 'unreadable') return undefined;
    switch (shape.kind) {
      case 'any':
        return undefined;
      case 'either':
        return this.#either(node, shape, place);
      case 'section':
        return this.#section(node, shape, place);
      case 'named':
        return this.#named(node, shape, place);
      case 'component':
        return this.#component(node, shape, place);
      case 'list': {
        const inner = { path: place.path, isSecret: place.isSecret || shape.isSecret === true };
        if (node.kind !== 'sequence' || node.items.length < (shape.minItems ?? 0))
          return this.#wrong(node, shape, inner);
        const items = node.items.map((item, index) =>
          this.read(item, shape.items, { path: `${place.path}[${index}]`, isSecret: inner.isSecret }),
        );
        const origin = this.#origin(node);
        return { kind: 'list', items: items.map((item) => item ?? value(undefined, origin)), origin };
      }
      default: {
        const read = node.kind === 'scalar' ? readScalar(node, shape) : undefined;
        if (read === undefined || node.kind !== 'scalar') return this.#wrong(node, shape, place);
        const content = shape.kind === 'choice' && shape.convert ? shape.convert(String(read.value)) : read.value;
        return value(content, this.#origin(node), place.isSecret || read.isHidden);
      }
    }
  }

  #either(node: SourceNode, shape: EitherShape, place: Place): Setting | undefined {
    const isSecret = place.isSecret || shape.shapes.some((one) => one.kind === 'text' && one.content === 'secret');
    const fitting = shape.shapes.filter((one) => takesKind(node, one));
    // A mistake deep in the only one that takes such a node is told as what it is.
    const [only] = fitting;
    if (only !== undefined && fitting.length === 1 && node.kind !== 'scalar') return this.read(node, only, place);
    for (const one of fitting) {
      const trial = new ShapeReader(this.#file, this.#variables);
      const setting = trial.read(node, one, { path: place.path, isSecret });
      if (setting !== undefined && trial.problems.length === 0) return setting;
    }
    return this.#wrong(node, shape, { path: place.path, isSecret });
  }

  #section(node: SourceNode, shape: SectionShape, place: Place): Setting | undefined {
    // Null means "with defaults".
    const isEmpty = node.kind === 'scalar' && node.value === null;
    if (node.kind !== 'mapping' && !isEmpty) return this.#wrong(node, shape, place);
    const given: MappingNode['entries'] = node.kind === 'mapping' ? node.entries : new Map();
    const names = new Map(Object.entries(shape.keys).map(([option, key]) => [fileName(option, key), { option, key }]));
    const settings: [string, Setting | undefined][] = [];
    for (const [name, entry] of given) {
      const known = names.get(name);
      if (known !== undefined) continue;
      if (shape.allowsOthers !== true) this.#unknownName(name, entry.position, [...names.keys()], place.path);
    }
    for (const [name, { option, key }] of names) {
      const entry = given.get(name);
      const inner = { path: join(place.path, name), isSecret: place.isSecret };
      const isNull = entry !== undefined && entry.node.kind === 'scalar' && entry.node.value === null;
      const position = entry?.position ?? node.position;
      if (key.isRequired === true && (entry === undefined || isNull)) {
        this.#add(position, inner.path, {
          message: entry === undefined ? 'is missing' : 'must not be empty',
          allowed: shapeWords(key.shape),
        });
        continue;
      }
      if (entry === undefined || (isNull && key.isOnWhenEmpty !== true)) continue;
      const setting = this.read(entry.node, key.shape, inner);
      const isLeftAlone = key.shape.kind === 'any';
      // What is wrong keeps its name, so that rules about several values don't take it for missing.
      settings.push([option, isLeftAlone ? undefined : (setting ?? value(undefined, this.#origin(entry.node)))]);
    }
    const read = group(settings, this.#origin(node));
    return shape.convert === undefined ? read : shape.convert(read, this.#report(place), this.#variables);
  }

  #named(node: SourceNode, shape: NamedShape, place: Place): Setting | undefined {
    if (node.kind !== 'mapping' || node.entries.size < (shape.minEntries ?? 0)) return this.#wrong(node, shape, place);
    const entries = [...node.entries].map(([name, entry]): [string, Setting | undefined] => [
      name,
      this.read(entry.node, shape.values, { path: join(place.path, name), isSecret: place.isSecret }),
    ]);
    return group(entries, this.#origin(node));
  }

  #component(node: SourceNode, shape: ComponentShape, place: Place): Setting | undefined {
    const types = Object.keys(shape.types);
    const [first, ...others] = node.kind === 'mapping' ? node.entries : [];
    const allowed = `one of ${types.join(', ')}`;
    if (node.kind !== 'mapping' || first === undefined || others.length > 0) {
      const found = node.kind === 'mapping' ? `${node.entries.size} keys` : describeNode(node, place.isSecret);
      this.#add(node.position, place.path, { message: `must be ${shapeWords(shape)}`, found, allowed });
      return undefined;
    }
    const [type, entry] = first;
    const known = Object.hasOwn(shape.types, type) ? shape.types[type] : undefined;
    if (known === undefined) {
      this.#unknownName(type, entry.position, types, place.path);
      return undefined;
    }
    const inner = { path: join(place.path, type), isSecret: place.isSecret };
    const options = this.read(entry.node, known.section, inner);
    if (options?.kind !== 'group') return undefined;
    // The place of the component is its name: the value may stand a line below, or be nothing.
    const named: GroupSetting = { ...options, origin: this.#originAt(entry.position) };
    return shape.named === undefined
      ? { ...named, entries: new Map([['type', value(type, named.origin)], ...named.entries]) }
      : shape.named(type, named);
  }

  #unknownName(name: string, position: FilePosition, known: readonly string[], path: string): void {
    const nearest = nearestName(name, known);
    this.#add(position, join(path, name), {
      message: 'is not a known name',
      allowed: known.length === 0 ? 'nothing' : known.join(', '),
      ...(nearest === undefined ? {} : { nearest }),
    });
  }

  #wrong(node: SourceNode, shape: Shape, { path, isSecret }: Place): undefined {
    const isHidden = isSecret || (shape.kind === 'text' && (shape.content === 'secret' || shape.content === 'careful'));
    this.#add(node.position, path, {
      message: `must be ${shapeWords(shape)}`,
      found: describeNode(node, isHidden),
      ...hint(node, shape),
    });
    return undefined;
  }

  #add(
    position: FilePosition,
    path: string,
    problem: Omit<ConfigProblem, 'severity' | 'file' | 'path' | 'position'>,
  ): void {
    const safePath = sanitizeUntrustedText(path);
    this.problems.push({ severity: 'error', file: this.#file, position, path: safePath, ...problem });
  }

  #report(place: Place): Report {
    return (setting, { message, severity = 'error', path }) => {
      const { origin } = setting;
      const full = path === undefined ? place.path : join(place.path, path);
      this.problems.push({
        severity,
        file: this.#file,
        ...(origin.kind === 'file' ? { position: origin.position } : {}),
        path: sanitizeUntrustedText(full),
        message,
      });
    };
  }

  #origin(node: SourceNode): Origin {
    return { ...this.#originAt(node.position), variables: node.kind === 'scalar' ? node.variables : [] };
  }

  #originAt(position: FilePosition): Extract<Origin, { kind: 'file' }> {
    return { kind: 'file', file: this.#file, position, variables: [] };
  }
}

/** What helps with mistakes that YAML makes easy. */
function hint(node: SourceNode, shape: Shape): { readonly nearest?: string; readonly allowed?: string } {
  if (node.kind !== 'scalar') return {};
  const isShown = node.variables.length === 0;
  const words = wordsOf(shape);
  if (words.length > 0 && typeof node.value === 'string' && isShown) {
    const nearest = nearestName(node.value, words);
    return nearest === undefined ? {} : { nearest };
  }
  const isText = shape.kind === 'text';
  if (isText && node.value !== null && typeof node.value !== 'string') return { allowed: 'the same in quotes' };
  return {};
}

/** Of which one may have been mistyped. */
function wordsOf(shape: Shape): readonly string[] {
  if (shape.kind === 'either') return shape.shapes.flatMap(wordsOf);
  return shape.kind === 'choice' ? shape.words : [];
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
