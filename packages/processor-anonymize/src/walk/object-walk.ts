// SPDX-License-Identifier: Apache-2.0

/**
 * Walks the members of an object, and copies it from the first one on that does not stay as it is. Most objects are clean and of a
 * class that was walked before: what is done with each of their members is what a clean record costs.
 */
import type { KeyNode } from './key-node.ts';
import type { LeafRedaction } from './leaf-redaction.ts';
import { canHaveName, nameOfMember } from './named-values.ts';
import { DROPPED, firstMembers, hasInheritedKeys, isAccessor, isNothing, put } from './value-forms.ts';
import type { WalkNotes } from './walk-notes.ts';

/** Keys of one object of which it is remembered which one came behind which. */
const GUESSED_KEYS = 64;

/** The part of an object that is still to be walked. */
interface Rest {
  readonly keys: readonly string[];
  /** The index of the first key of it. */
  readonly from: number;
  /** Holds what stands before; undefined as long as nothing has changed. */
  readonly copy: Record<string, unknown> | undefined;
}

/** What stands for a member of an object. Never throws. */
type WalkMember = (key: string, value: unknown, node: KeyNode) => unknown;

export class ObjectWalk {
  readonly #notes: WalkNotes;
  readonly #leaves: LeafRedaction;
  readonly #walkMember: WalkMember;
  #renamed = 1;
  /** Whether a key of the current part has changed. */
  #hasRenamed = false;

  constructor(notes: WalkNotes, leaves: LeafRedaction, walkMember: WalkMember) {
    this.#notes = notes;
    this.#leaves = leaves;
    this.#walkMember = walkMember;
  }

  /** Begins a part of a record. */
  begin(): void {
    this.#renamed = 1;
    this.#hasRenamed = false;
  }

  /** An object that may have accessors and symbols. */
  plain(value: Record<string, unknown>, node: KeyNode): unknown {
    const walked = this.#keys(value, node, { keys: Object.keys(value), from: 0, copy: undefined });
    // Symbols are no part of a record, but what prints objects prints them.
    return walked === value && Object.getOwnPropertySymbols(value).length > 0
      ? Object.fromEntries(Object.entries(value))
      : walked;
  }

  /** An object of data alone, as `JSON.parse` and the SDK make them. */
  data(value: Record<string, unknown>, node: KeyNode): Record<string, unknown> {
    const { leastNumber } = this.#leaves;
    const mayInherit = hasInheritedKeys();
    let index = 0;
    let child: KeyNode | undefined;
    // V8 reads the members of an object in such a loop from where they lie, without a search for each key.
    for (const key in value) {
      if (mayInherit && !Object.hasOwn(value, key)) continue;
      if (this.#notes.valuesLeft <= 0) return this.#keys(value, node, this.#cut(value, index, key));
      this.#notes.valuesLeft -= 1;
      child = index < GUESSED_KEYS ? node.childBehind(child, key) : node.child(key);
      let item: unknown;
      try {
        item = value[key];
      } catch {
        item = this.#notes.failed();
      }
      let walked: unknown = item;
      let isSame = true;
      if (!child.isOrdinary) {
        walked = this.#entry(value, key, item, child);
        isSame = child.name === key && Object.is(walked, item);
      } else if (typeof item === 'string') {
        walked = this.#ordinaryText(item, child);
        isSame = walked === item;
      } else if (typeof item === 'number' ? !(Math.abs(item) < leastNumber) : !isNothing(item)) {
        walked = this.#walkMember(key, item, child);
        isSame = Object.is(walked, item);
      }
      if (!isSame) {
        const rest = this.#cut(value, index, key);
        if (rest.keys[index] !== key) return this.#keys(value, node, rest);
        const mayGoOn = this.#add(rest.copy, key, child.name, walked, rest.keys.length - index);
        return mayGoOn ? this.#keys(value, node, { ...rest, from: index + 1 }) : rest.copy;
      }
      index += 1;
    }
    return value;
  }

  /** What is left of an object when the member at `index` is the first that does not stay. */
  #cut(value: Record<string, unknown>, index: number, key: string): Rest & { copy: Record<string, unknown> } {
    const keys = Object.keys(value);
    // The application has changed it meanwhile: all of it is looked at anew.
    if (keys[index] !== key) return { keys, from: 0, copy: {} };
    return { keys, from: index, copy: firstMembers(value, keys, index) };
  }

  #keys(value: Record<string, unknown>, node: KeyNode, { keys, from, copy: begun }: Rest): Record<string, unknown> {
    let copy = begun;
    let child: KeyNode | undefined;
    for (let index = from; index < keys.length; index += 1) {
      const key = keys[index]!;
      child = from === 0 && index < GUESSED_KEYS ? node.childBehind(child, key) : node.child(key);
      const item = this.#read(value, key);
      this.#notes.valuesLeft -= 1;
      const walked = this.#entry(value, key, item, child);
      if (copy === undefined) {
        if (Object.is(walked, item) && child.name === key && !isAccessor(value, key)) continue;
        copy = firstMembers(value, keys, index);
      }
      if (!this.#add(copy, key, child.name, walked, keys.length - index)) break;
    }
    return copy ?? value;
  }

  /** Adds a member to a copy, or what is left out behind it. @returns whether the budget allows for more. */
  #add(copy: Record<string, unknown>, key: string, name: string, walked: unknown, leftOut: number): boolean {
    this.#hasRenamed ||= name !== key;
    if (walked !== DROPPED) put(copy, this.#hasRenamed ? this.#freeName(copy, name) : key, walked);
    if (this.#notes.valuesLeft >= 0) return true;
    put(copy, this.#notes.overBudget(), leftOut);
    return false;
  }

  #entry(value: Record<string, unknown>, key: string, item: unknown, child: KeyNode): unknown {
    const place = canHaveName(key) ? (child.named(this.#nameOf(value, key)) ?? child) : child;
    const walked = this.#notes.valuesLeft < 0 ? DROPPED : this.#walkMember(child.name, item, place);
    if (child.keyFindings.length > 0) this.#countKey(child);
    return walked;
  }

  #ordinaryText(text: string, node: KeyNode): unknown {
    if (this.#notes.trace !== undefined) return this.#walkMember(node.name, text, node);
    try {
      return this.#leaves.ordinaryText(text, node);
    } catch {
      return this.#notes.failed();
    }
  }

  #countKey({ name, keyFindings }: KeyNode): void {
    const { trace } = this.#notes;
    trace?.enter(name);
    for (const { entity, operator } of keyFindings) this.#notes.key(entity, operator);
    trace?.leave();
  }

  #nameOf(value: Record<string, unknown>, key: string): string | undefined {
    try {
      return nameOfMember(value, key);
    } catch {
      // The name throws; it will be redacted when its turn comes.
      return 'secret';
    }
  }

  #read(value: Record<string, unknown>, key: string): unknown {
    try {
      return value[key];
    } catch {
      return this.#notes.failed();
    }
  }

  /** Two keys that held something can have become the same. */
  #freeName(target: object, name: string): string {
    let free = name;
    while (Object.hasOwn(target, free)) {
      this.#renamed += 1;
      free = `${name}#${this.#renamed}`;
    }
    return free;
  }
}
