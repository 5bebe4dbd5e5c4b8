// SPDX-License-Identifier: Apache-2.0

/**
 * What is known of a place in a record from the keys that lead to it: the rule of its path, whether the keys name a
 * secret, for what they are context, and what the key itself becomes. Each is worked out once for each place; keys that
 * come again cost one lookup.
 */
import { type AttributePathState, matchAttributePaths } from '@logferry/core';

import { keyContext } from '../detect/context.ts';
import { wordsOf } from '../detect/words.ts';
import type { Operator } from '../operate/operator.ts';
import type { CompiledPolicy } from '../policy/compile-policy.ts';
import type { Surface } from '../policy/policy.ts';

/** Keys remembered below one place. */
const MAX_CHILDREN = 512;

/** Places remembered in all. When they are used up all are forgotten: a hostile application makes new keys for ever. */
const MAX_NODES = 20_000;

/** Words of a path that count; a longer one is decided by its end. */
const MAX_WORDS = 256;

/** Keys are cut before their words are read: a longer one holds data, and is scanned as such. */
const MAX_KEY_UNITS = 256;

/** Clean texts remembered for each place, and how long they are at most. */
const MAX_CLEAN_TEXTS = 64;
const MAX_CLEAN_UNITS = 256;

/** Texts that were not known before a place is taken for one where they differ. */
const TRIED_TEXTS = 512;

const NO_WORDS: readonly string[] = [];

/** A part of a key that was replaced. */
export interface KeyFinding {
  readonly entity: string;
  readonly operator: string;
}

/** What stands for a key, and why. */
export interface ScannedKey {
  readonly name: string;
  readonly findings: readonly KeyFinding[];
}

/** Of a root, and of the items of arrays. */
const NO_KEY: ScannedKey = { name: '', findings: [] };

export class KeyNodes {
  readonly policy: CompiledPolicy;
  readonly scanKey: (key: string) => ScannedKey;
  #roots = new Map<Surface, KeyNode>();
  #count = 0;
  #fields: KeyNode | undefined;

  /** @param scanKey what a key becomes. Never throws. */
  constructor(policy: CompiledPolicy, scanKey: (key: string) => ScannedKey) {
    this.policy = policy;
    this.scanKey = scanKey;
  }

  root(surface: Surface): KeyNode {
    let root = this.#roots.get(surface);
    if (root !== undefined && this.#count < MAX_NODES) return root;
    if (this.#count >= MAX_NODES) {
      this.#roots = new Map();
      this.#count = 0;
    }
    const { paths, allowed } = this.policy;
    root = new KeyNode(
      this,
      NO_KEY,
      NO_WORDS,
      paths[surface],
      surface === 'attributes' ? allowed : undefined,
      undefined,
    );
    this.#roots.set(surface, root);
    return root;
  }

  /** Where no rule holds: for the texts of a record itself. */
  fields(): KeyNode {
    this.#fields ??= new KeyNode(this, NO_KEY, NO_WORDS, matchAttributePaths([]), undefined, undefined);
    return this.#fields;
  }

  countNode(): void {
    this.#count += 1;
  }
}

export class KeyNode {
  /** What stands for the key: itself, unless it holds something. */
  readonly name: string;
  /** What the key holds. */
  readonly keyFindings: readonly KeyFinding[];
  /** The operator of the path rule that holds here, or above. */
  readonly rule: Operator | undefined;
  /** The entity, when the keys name a secret. */
  readonly secret: string | undefined;
  readonly context: ReadonlySet<string>;
  readonly #nodes: KeyNodes;
  readonly #words: readonly string[];
  readonly #path: AttributePathState;
  readonly #allowed: AttributePathState | undefined;
  readonly #children = new Map<string | number, KeyNode>();
  /** Texts in which nothing was found here, where texts come again. */
  #clean: Set<string> | undefined;
  #hits = 0;
  #misses = 0;

  constructor(
    nodes: KeyNodes,
    { name, findings }: ScannedKey,
    words: readonly string[],
    path: AttributePathState,
    allowed: AttributePathState | undefined,
    inherited: Operator | undefined,
  ) {
    this.#nodes = nodes;
    this.name = name;
    this.keyFindings = findings;
    this.#words = words;
    this.#path = path;
    this.#allowed = allowed;
    const [first] = path.matched;
    this.rule = first === undefined ? inherited : nodes.policy.rules[first]?.operator;
    const secret = words.length === 0 ? undefined : nodes.policy.words.find(words);
    this.secret = secret !== undefined && nodes.policy.entities.has(secret) ? secret : undefined;
    this.context = keyContext(words, nodes.policy.ownContexts);
  }

  /** What is done with a leaf here that an allow-list leaves out; undefined where it is allowed. */
  get refusal(): Operator | undefined {
    return this.#allowed === undefined || this.#allowed.matched.length > 0
      ? undefined
      : this.#nodes.policy.allowOtherwise;
  }

  /** Whether nothing was found in the text when it stood here before. */
  isKnownClean(text: string): boolean {
    if (this.#misses > TRIED_TEXTS || text.length > MAX_CLEAN_UNITS) return false;
    if (this.#clean?.has(text) === true) {
      this.#hits += 1;
      return true;
    }
    this.#misses += 1;
    // Now and then it is tried anew, as long as it helps.
    if (this.#misses > TRIED_TEXTS && this.#hits > TRIED_TEXTS) {
      this.#misses = 0;
      this.#hits = 0;
    }
    return false;
  }

  noteClean(text: string): void {
    if (this.#misses > TRIED_TEXTS) {
      this.#clean = undefined;
      return;
    }
    if (text.length > MAX_CLEAN_UNITS) return;
    if (this.#clean === undefined || this.#clean.size >= MAX_CLEAN_TEXTS) this.#clean = new Set();
    this.#clean.add(text);
  }

  child(key: string): KeyNode {
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const scanned = this.#nodes.scanKey(key);
    // The words of what is left: what was found in a key is data and says nothing about what lies below.
    const { name } = scanned;
    const words = wordsOf(name.length > MAX_KEY_UNITS ? name.slice(0, MAX_KEY_UNITS) : name);
    return this.#add(key, scanned, [...this.#words, ...words].slice(-MAX_WORDS));
  }

  /** The place of a value that a secret's name stands beside; undefined when the name is none of a secret. */
  named(name: string | undefined): KeyNode | undefined {
    if (name === undefined || this.#nodes.policy.words.findKey(name) === undefined) return undefined;
    const node = this.child(name);
    return node.secret === undefined ? undefined : node;
  }

  /** An item of an array. */
  item(index: number): KeyNode {
    const { hasIndexes } = this.#nodes.policy;
    const key = hasIndexes ? index : -1;
    return this.#children.get(key) ?? this.#add(key, NO_KEY, this.#words);
  }

  #add(key: string | number, scanned: ScannedKey, words: readonly string[]): KeyNode {
    // What an allow-list allows holds for what lies below it.
    const allowed =
      this.#allowed === undefined || this.#allowed.matched.length > 0 ? undefined : this.#allowed.step(key);
    const node = new KeyNode(this.#nodes, scanned, words, this.#path.step(key), allowed, this.rule);
    if (this.#children.size >= MAX_CHILDREN) this.#children.clear();
    // A long key is data; to remember it would hold on to it.
    if (typeof key === 'number' || key.length <= MAX_KEY_UNITS) this.#children.set(key, node);
    this.#nodes.countNode();
    return node;
  }
}
