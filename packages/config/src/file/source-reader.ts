// SPDX-License-Identifier: Apache-2.0
import { type Document, isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair, Scalar } from 'yaml';

import type { ConfigProblem, FilePosition } from '../problems/problem.ts';
import { plainValue } from './core-schema.ts';
import type { MappingEntry, ScalarNode, SourceNode } from './source-node.ts';
import { substitute } from './substitution.ts';

/** Deeper ones are no configurations; the bound also ends an alias that stands in what it names. */
const MAX_DEPTH = 64;

/** With what aliases stand for: a few lines of aliases of aliases stand for millions. */
const MAX_NODES = 20_000;

const STRING_TAG = 'tag:yaml.org,2002:str';
/** Tags that say what the core schema finds by itself; others are refused. */
const CORE_TAGS: readonly string[] = ['null', 'bool', 'int', 'float', 'map', 'seq'].map(
  (name) => `tag:yaml.org,2002:${name}`,
);

export interface SourceReaderOptions {
  readonly file: string;
  readonly lines: LineCounter;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly document: Document.Parsed;
  readonly isJson: boolean;
}

/** Makes source nodes of what the parser found. */
export class SourceReader {
  readonly problems: ConfigProblem[] = [];
  readonly #options: SourceReaderOptions;
  #nodes = 0;

  constructor(options: SourceReaderOptions) {
    this.#options = options;
  }

  report(offset: number, message: string, path: string = ''): void {
    const position = this.#positionAt(offset);
    const isKnown = this.problems.some(
      (known) =>
        known.message === message &&
        known.position?.line === position.line &&
        known.position.column === position.column,
    );
    // An alias brings what it names, and the mistakes in it, again.
    if (!isKnown) this.problems.push({ severity: 'error', file: this.#options.file, position, path, message });
  }

  read(): SourceNode | undefined {
    const { contents } = this.#options.document;
    return contents === null ? undefined : this.#read(contents, '', 0);
  }

  #positionAt(offset: number): FilePosition {
    const { line, col } = this.#options.lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  }

  #read(node: Node | null, path: string, depth: number): SourceNode {
    const offset = node?.range?.[0] ?? 0;
    const position = this.#positionAt(offset);
    this.#nodes += 1;
    if (depth > MAX_DEPTH || this.#nodes > MAX_NODES) {
      this.report(offset, `the file must not be deeper than ${MAX_DEPTH} levels or longer than ${MAX_NODES} values`);
      return { kind: 'unreadable', position };
    }
    if (isAlias(node)) return this.#read(node.resolve(this.#options.document) ?? null, path, depth + 1);
    const tag = node?.tag;
    if (tag !== undefined && tag !== STRING_TAG && !CORE_TAGS.includes(tag)) {
      this.report(offset, 'a tag that is not of the core schema has no meaning here', path);
      return { kind: 'unreadable', position };
    }
    if (isMap(node)) return { kind: 'mapping', position, entries: this.#entries(node.items, path, depth) };
    if (isSeq(node)) {
      const items = node.items.map((item, index) => this.#read(item as Node | null, `${path}[${index}]`, depth + 1));
      return { kind: 'sequence', position, items };
    }
    return isScalar(node)
      ? this.#scalar(node, position, path)
      : { kind: 'scalar', position, value: null, variables: [] };
  }

  #entries(pairs: readonly Pair[], path: string, depth: number): ReadonlyMap<string, MappingEntry> {
    const entries = new Map<string, MappingEntry>();
    for (const { key, value } of pairs) {
      const offset = (key as Node | null)?.range?.[0] ?? 0;
      if (!isScalar(key)) {
        this.report(offset, 'a key must be a text', path);
        continue;
      }
      // As it is written: keys are no place for substitution, and `1` or `null` as a key is the text.
      const name = key.type === Scalar.PLAIN ? (key.source ?? '') : String(key.value);
      const inner = path === '' ? name : `${path}.${name}`;
      const read: SourceNode =
        value === null
          ? { kind: 'scalar', position: this.#positionAt(offset), value: null, variables: [] }
          : this.#read(value as Node, inner, depth + 1);
      entries.set(name, { position: this.#positionAt(offset), node: read });
    }
    return entries;
  }

  #scalar(node: Scalar, position: FilePosition, path: string): SourceNode {
    const text = node.source ?? '';
    const result = substitute(text, this.#options.variables);
    if ('invalid' in result) {
      const message =
        'a reference must be ${NAME}, ${env:NAME} or ${NAME:-default}, with a name of letters, digits and _; a dollar sign is written $$';
      this.report(offsetInside(node, text, result.invalid.offset), message, path);
      return { kind: 'unreadable', position };
    }
    const { variables } = result;
    const isPlain = (node.type === undefined || node.type === Scalar.PLAIN) && node.tag !== STRING_TAG;
    const scalar: ScalarNode = {
      kind: 'scalar',
      position,
      value: isPlain ? plainValue(result.text) : result.text,
      variables,
    };
    const isOpen = this.#options.isJson && result.isSubstituted;
    return isOpen ? { ...scalar, otherwise: plainValue(result.text) } : scalar;
  }
}

/** Where a part of a scalar stands in the file; its beginning where escapes or folded lines make that unclear. */
function offsetInside(node: Scalar, text: string, offset: number): number {
  const [start, end] = node.range ?? [0, 0];
  const margin = (end - start - text.length) / 2;
  return margin === 0 || margin === 1 ? start + margin + offset : start;
}
