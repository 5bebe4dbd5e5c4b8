// SPDX-License-Identifier: Apache-2.0
import type { FilePosition } from '../problems/problem.ts';
import type { ScalarValue } from './core-schema.ts';

/** A file as it was written, with the place of everything. */
export type SourceNode = ScalarNode | MappingNode | SequenceNode | UnreadableNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly position: FilePosition;
  /** After substitution. */
  readonly value: ScalarValue;
  /**
   * What a text of a JSON file stands for where something else than a text is wanted: JSON has no way to write a number
   * that comes from a variable. Undefined: nothing else.
   */
  readonly otherwise?: ScalarValue;
  /** The variables whose values are part of it: what they hold is never shown. */
  readonly variables: readonly string[];
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly position: FilePosition;
  readonly entries: ReadonlyMap<string, MappingEntry>;
}

export interface MappingEntry {
  /** Of the key. */
  readonly position: FilePosition;
  readonly node: SourceNode;
}

interface SequenceNode {
  readonly kind: 'sequence';
  readonly position: FilePosition;
  readonly items: readonly SourceNode[];
}

/** What has been reported already, and about which nothing more can be said. */
interface UnreadableNode {
  readonly kind: 'unreadable';
  readonly position: FilePosition;
}
