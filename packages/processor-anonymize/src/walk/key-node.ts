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
import { Allowance, CleanTexts, copyOf } from './clean-texts.ts';
import { canHaveName } from './named-values.ts';

/** Keys remembered below one place. */
const MAX_CHILDREN = 512;

/** Places remembered in all. When they are used up all are forgotten: a hostile application makes new keys for ever. */
const MAX_NODES = 20_000;

/** Words of a path that count; a longer one is decided by its end. */
const MAX_WORDS = 256;

/** Keys are cut before their words are read: a longer one holds data, and is scanned as such. */
const MAX_KEY_UNITS = 256;

/** The index of an item where it makes no difference. */
const ANY_INDEX = -1;

const NO_WORDS: readonly string[] = [];

/** A part of a key that was replaced. */
export interface KeyFinding {
  readonly entity: string;
  readonly operator: string;
}

/** What stands for a key, and why. */
export interface ScannedKey {
  readonly name: string;
  /** The name with labels for tokens: its words count for what lies below. */
  readonly read: string;
  readonly findings: readonly KeyFinding[];
}

/** Of a root, and of the items of arrays. */
const NO_KEY: ScannedKey = { name: '', read: '', findings: [] };

export class KeyNodes {
  readonly policy: CompiledPolicy;
  readonly scanKey: (key: string) => ScannedKey;
  #body: KeyNode | undefined;
  #attributes: KeyNode | undefined;
  #others = new Map<Surface, KeyNode>();
  #count = 0;
  #fields: KeyNode | undefined;
  /** What the places may remember. */
  allowance: Allowance = new Allowance();

  /** @param scanKey what a key becomes. Never throws. */
  constructor(policy: CompiledPolicy, scanKey: (key: string) => ScannedKey) {
    this.policy = policy;
    this.scanKey = scanKey;
  }

  root(surface: Surface): KeyNode {
    if (this.#count >= MAX_NODES) {
      this.#body = undefined;
      this.#attributes = undefined;
      this.#others = new Map();
      this.#fields = undefined;
      this.#count = 0;
      this.allowance = new Allowance();
    }
    if (surface === 'body') return (this.#body ??= this.#newRoot(surface));
    if (surface === 'attributes') return (this.#attributes ??= this.#newRoot(surface));
    let root = this.#others.get(surface);
    if (root === undefined) {
      root = this.#newRoot(surface);
      this.#others.set(surface, root);
    }
    return root;
  }

  #newRoot(surface: Surface): KeyNode {
    const { paths, allowed } = this.policy;
    return new KeyNode(this, '', NO_KEY, {
      words: NO_WORDS,
      path: paths[surface],
      allowed: surface === 'attributes' ? allowed : undefined,
      inherited: undefined,
    });
  }

  /** Where no rule holds: for the texts of a record itself. */
  fields(): KeyNode {
    this.#fields ??= new KeyNode(this, '', NO_KEY, {
      words: NO_WORDS,
      path: matchAttributePaths([]),
      allowed: undefined,
      inherited: undefined,
    });
    return this.#fields;
  }

  countNode(): void {
    this.#count += 1;
  }
}

/** What the keys above a place say of it. */
interface PlaceState {
  readonly words: readonly string[];
  readonly path: AttributePathState;
  readonly allowed: AttributePathState | undefined;
  /** The operator of the rule that holds above. */
  readonly inherited: Operator | undefined;
}

export class KeyNode {
  /** What stands for the key: itself, unless it holds something. */
  readonly name: string;
  /** What the key holds. */
  readonly keyFindings: readonly KeyFinding[];
  /** The operator of the path rule that holds here, or above. */
  readonly rule: Operator | undefined;
  /** What is done with a leaf here that an allow-list leaves out; undefined where it is allowed. */
  readonly refusal: Operator | undefined;
  /** The entity, when the keys name a secret. */
  readonly secret: string | undefined;
  readonly context: ReadonlySet<string>;
  /** Whether the keys say nothing. */
  readonly saysNothing: boolean;
  /** Whether the keys say nothing, and the last of them stays: only what a value itself holds counts. */
  readonly isOrdinary: boolean;
  /** Whether the policy looks for nothing, and none of its rules leads here or below: whatever a leaf holds, it stays. */
  readonly isFree: boolean;
  readonly cleanTexts: CleanTexts;
  readonly #key: string | number;
  readonly #nodes: KeyNodes;
  readonly #words: readonly string[];
  readonly #path: AttributePathState;
  readonly #allowed: AttributePathState | undefined;
  readonly #children = new Map<string | number, KeyNode>();
  /** Which key came first in the last object here, and which one behind this one. */
  #first: KeyNode | undefined;
  #next: KeyNode | undefined;
  /** Of all items, where rules tell none from the others. */
  #item: KeyNode | undefined;

  constructor(
    nodes: KeyNodes,
    key: string | number,
    { name, findings }: ScannedKey,
    { words, path, allowed, inherited }: PlaceState,
  ) {
    this.#nodes = nodes;
    this.cleanTexts = new CleanTexts(nodes.allowance);
    this.#key = key;
    this.name = name;
    this.keyFindings = findings;
    this.#words = words;
    this.#path = path;
    this.#allowed = allowed;
    const [first] = path.matched;
    this.rule = first === undefined ? inherited : nodes.policy.rules[first]?.operator;
    this.refusal = allowed === undefined || allowed.matched.length > 0 ? undefined : nodes.policy.allowOtherwise;
    const secret = words.length === 0 ? undefined : nodes.policy.words.find(words);
    this.secret = secret !== undefined && nodes.policy.entities.has(secret) ? secret : undefined;
    this.context = keyContext(words, nodes.policy.ownContexts);
    const isUnruled = this.rule === undefined && this.refusal === undefined && this.secret === undefined;
    const isKept = name === key && findings.length === 0 && !canHaveName(key);
    this.saysNothing = isUnruled && this.context.size === 0;
    this.isFree = isUnruled && nodes.policy.findsNothing && !path.isOpen;
    this.isOrdinary = this.saysNothing && isKept;
  }

  /**
   * The place of a key of an object whose keys are visited in order. Objects of one origin have the same keys, so that mostly the
   * key is the one that came here the last time, and is told by its identity.
   *
   * @param before the place of the key before it; undefined for the first one.
   */
  childBehind(before: KeyNode | undefined, key: string): KeyNode {
    const guess = before === undefined ? this.#first : before.#next;
    if (guess !== undefined && guess.#key === key) return guess;
    const child = this.child(key);
    if (key.length > MAX_KEY_UNITS) return child;
    if (before === undefined) this.#first = child;
    else before.#next = child;
    return child;
  }

  /** The same for a key of at most 256 units that stands in a text: it is cut out only where it is another one than last time. */
  childIn(before: KeyNode | undefined, text: string, start: number, end: number): KeyNode {
    const guess = before === undefined ? this.#first : before.#next;
    if (guess !== undefined) {
      const key = guess.#key;
      if (typeof key === 'string' && key.length === end - start && text.startsWith(key, start)) return guess;
    }
    return this.childBehind(before, copyOf(text.slice(start, end)));
  }

  child(key: string): KeyNode {
    const known = this.#children.get(key);
    if (known !== undefined) return known;
    const scanned = this.#nodes.scanKey(key);
    // The words of what is left: what was found in a key is data and says nothing about what lies below.
    const { read } = scanned;
    const words = wordsOf(read.length > MAX_KEY_UNITS ? read.slice(0, MAX_KEY_UNITS) : read);
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
    if (this.#nodes.policy.hasIndexes) {
      return this.#children.get(index) ?? this.#add(index, NO_KEY, this.#words);
    }
    this.#item ??= this.#add(ANY_INDEX, NO_KEY, this.#words);
    return this.#item;
  }

  #add(key: string | number, scanned: ScannedKey, words: readonly string[]): KeyNode {
    // What an allow-list allows holds for what lies below it.
    const allowed =
      this.#allowed === undefined || this.#allowed.matched.length > 0 ? undefined : this.#allowed.step(key);
    const node = new KeyNode(this.#nodes, key, scanned, {
      words,
      path: this.#path.step(key),
      allowed,
      inherited: this.rule,
    });
    if (this.#children.size >= MAX_CHILDREN) this.#children.clear();
    // A long key is data; to remember it would hold on to it.
    if (typeof key === 'number' || key.length <= MAX_KEY_UNITS) this.#children.set(key, node);
    this.#nodes.countNode();
    return node;
  }
}
