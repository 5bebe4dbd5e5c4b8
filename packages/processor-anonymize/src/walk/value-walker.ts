// SPDX-License-Identifier: Apache-2.0

/**
 * Walks a value in the forms in which encoders write it (`normalizeValue`), and copies only what changes.
 *
 * What is read twice can differ: a getter, a proxy or `toJSON` may give the encoder another value than it gave here. So
 * only values that can't run code stay themselves when nothing was found in them: primitives, plain objects and arrays
 * of data properties, maps, sets, dates and bytes. Everything else is replaced by the form that was looked at.
 */
import { types } from 'node:util';

import { ItemList, Marker, NamedValues, normalizeValue } from '@logferry/core';

import { ERROR_LABEL } from '../entities.ts';
import type { Operator } from '../operate/operator.ts';
import type { FindingTrace } from './finding-trace.ts';
import type { KeyNode } from './key-node.ts';
import { LeafRedaction } from './leaf-redaction.ts';
import { canHaveName, nameOfItem, nameOfMember } from './named-values.ts';
import type { RedactionCounts } from './redaction-counts.ts';
import type { TextRedaction } from './text-redaction.ts';
import {
  DROPPED,
  firstItems,
  firstMembers,
  hasInheritedKeys,
  isAccessor,
  isBytes,
  isNothing,
  isPlain,
  isPlainList,
  leafText,
  put,
} from './value-forms.ts';
import { WalkNotes } from './walk-notes.ts';

/** Arrays and maps inside each other; encoders write at most 47. */
const MAX_DEPTH = 48;

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

const CIRCULAR = '[Circular]';

export class ValueWalker {
  readonly #notes: WalkNotes;
  readonly #leaves: LeafRedaction;
  readonly #ancestors: object[] = [];
  #renamed = 1;
  /** Whether a key of the current part has changed. */
  #hasRenamed = false;
  /** Whether what is walked comes from `JSON.parse`, which makes neither accessors, symbols nor classes. */
  #isParsed = false;
  /** Items and entries that may still be visited for the current record. */
  valuesLeft = 0;

  constructor(texts: TextRedaction, counts: RedactionCounts) {
    this.#notes = new WalkNotes(counts);
    this.#leaves = new LeafRedaction(texts, this.#notes, (parsed, node) => this.#parsed(parsed, node));
  }

  /** Notes findings with their paths; undefined: no longer. */
  traceTo(trace: FindingTrace | undefined): void {
    this.#notes.trace = trace;
  }

  /** Begins a part of a record. */
  begin(place: string): void {
    this.#notes.place = place;
    this.#renamed = 1;
    this.#hasRenamed = false;
    // Writing the length of an array costs more than all else here.
    if (this.#ancestors.length > 0) this.#ancestors.length = 0;
  }

  /** The value itself where nothing changes, what stands for it, or `DROPPED`. Never throws. */
  walk(value: unknown, node: KeyNode): unknown {
    try {
      return this.#walk(value, node);
    } catch {
      // The call stack is used up, or a detector of the application threw.
      return this.#notes.failed();
    }
  }

  /** The attributes of a record, a resource or a scope. Never throws. */
  attributes(attributes: unknown, node: KeyNode): Record<string, unknown> {
    try {
      if (typeof attributes !== 'object' || attributes === null) return {};
      if (isPlain(attributes)) return this.#data(attributes as Record<string, unknown>, node);
      // A provider of another kind: whatever it is, its entries count.
      return this.#data({ ...attributes }, node);
    } catch {
      return { [this.#notes.failed()]: ERROR_LABEL };
    }
  }

  #member(key: string | number, value: unknown, node: KeyNode): unknown {
    const { trace } = this.#notes;
    if (trace === undefined) return this.walk(value, node);
    trace.enter(key);
    const walked = this.walk(value, node);
    trace.leave();
    return walked;
  }

  #walk(value: unknown, node: KeyNode): unknown {
    if (node.rule !== undefined) return this.#byRule(value, node, node.rule);
    const leaves = this.#leaves;
    if (typeof value === 'string') return leaves.text(value, node);
    if (typeof value === 'number') return leaves.number(value, node);
    if (isNothing(value)) return leaves.plain(value, node);
    if (typeof value === 'object') return this.#object(value, node);
    if (typeof value === 'bigint') return leaves.bigint(value, node);
    // Symbols and functions are written by their names.
    const form = leafText(value);
    const text = leaves.text(form, node);
    return text === form ? value : text;
  }

  /** Everything below the path of a rule. */
  #byRule(value: unknown, node: KeyNode, operator: Operator): unknown {
    if (operator.kind === 'keep' || value === undefined || value === null) return value;
    if (operator.kind === 'drop' || typeof value !== 'object') return this.#leaves.byRule(value, operator);
    if (operator.kind === 'redact' && !isBytes(value)) return this.#leaves.labelOf(operator);
    return this.#object(value, node);
  }

  #parsed(value: object, node: KeyNode): unknown {
    const isParsed = this.#isParsed;
    this.#isParsed = true;
    try {
      return this.#object(value, node);
    } finally {
      this.#isParsed = isParsed;
    }
  }

  #object(value: object, node: KeyNode): unknown {
    if (this.#ancestors.includes(value)) return this.#notes.marked(CIRCULAR);
    if (this.#ancestors.length >= MAX_DEPTH) return this.#notes.tooDeep();
    this.#ancestors.push(value);
    try {
      return this.#members(value, node);
    } finally {
      this.#ancestors.pop();
    }
  }

  #members(value: object, node: KeyNode): unknown {
    if (this.#isParsed) {
      return Array.isArray(value) ? this.#array(value, node) : this.#data(value as Record<string, unknown>, node);
    }
    if (Array.isArray(value) && !types.isProxy(value)) return this.#array(value, node);
    if (isPlain(value)) return this.#plain(value as Record<string, unknown>, node);
    const form = normalizeValue(value, Math.max(this.valuesLeft, 0));
    if (form instanceof ItemList) return this.#items(value, form, node);
    if (form instanceof NamedValues) return this.#named(value, form, node);
    if (form instanceof Uint8Array) return this.#leaves.bytes(value, form, node);
    if (form instanceof Marker) return this.#notes.marked(form.text);
    const walked = this.#walk(form, node);
    return walked === form && types.isDate(value) ? value : walked;
  }

  #array(value: readonly unknown[], node: KeyNode): unknown {
    // One that is too long is copied anyway, and to ask for all its keys would cost more than the budget allows.
    let copy: unknown[] | undefined =
      value.length <= this.valuesLeft && (this.#isParsed || isPlainList(value)) ? undefined : [];
    for (let index = 0; index < value.length; index += 1) {
      this.valuesLeft -= 1;
      if (this.valuesLeft < 0) {
        copy ??= firstItems(value, index);
        copy.push(this.#notes.overBudget());
        break;
      }
      const item: unknown = value[index];
      const walked = this.#member(index, item, node.named(nameOfItem(value, index)) ?? node.item(index));
      if (copy === undefined && Object.is(walked, item) && (this.#isParsed || !isAccessor(value, index))) continue;
      copy ??= firstItems(value, index);
      copy.push(walked === DROPPED ? null : walked);
    }
    return copy ?? value;
  }

  /** An object that may have accessors and symbols. */
  #plain(value: Record<string, unknown>, node: KeyNode): unknown {
    const walked = this.#keys(value, node, { keys: Object.keys(value), from: 0, copy: undefined });
    // Symbols are no part of a record, but what prints objects prints them.
    return walked === value && Object.getOwnPropertySymbols(value).length > 0
      ? Object.fromEntries(Object.entries(value))
      : walked;
  }

  /** An object of data alone, as `JSON.parse` and the SDK make them. */
  #data(value: Record<string, unknown>, node: KeyNode): Record<string, unknown> {
    const { leastNumber } = this.#leaves;
    const mayInherit = hasInheritedKeys();
    let index = 0;
    let child: KeyNode | undefined;
    // V8 reads the members of an object in such a loop from where they lie, without a search for each key.
    for (const key in value) {
      if (mayInherit && !Object.hasOwn(value, key)) continue;
      if (this.valuesLeft <= 0) return this.#keys(value, node, this.#cut(value, index, key));
      this.valuesLeft -= 1;
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
        walked = this.#member(key, item, child);
        isSame = Object.is(walked, item);
      }
      if (!isSame) {
        const rest = this.#cut(value, index, key);
        if (rest.from !== index) return this.#keys(value, node, rest);
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
      this.valuesLeft -= 1;
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
    if (this.valuesLeft >= 0) return true;
    put(copy, this.#notes.overBudget(), leftOut);
    return false;
  }

  #entry(value: Record<string, unknown>, key: string, item: unknown, child: KeyNode): unknown {
    const place = canHaveName(key) ? (child.named(this.#nameOf(value, key)) ?? child) : child;
    const walked = this.valuesLeft < 0 ? DROPPED : this.#member(child.name, item, place);
    if (child.keyFindings.length > 0) this.#countKey(child);
    return walked;
  }

  #ordinaryText(text: string, node: KeyNode): unknown {
    if (this.#notes.trace !== undefined) return this.#member(node.name, text, node);
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

  #items(value: object, { items, leftOut }: ItemList, node: KeyNode): unknown {
    const walked = this.#array(items, node) as readonly unknown[];
    const isStable = types.isSet(value) || ArrayBuffer.isView(value);
    if (walked === items && leftOut === 0 && isStable) return value;
    return leftOut === 0 ? walked : [...walked, this.#notes.overBudget()];
  }

  #named(value: object, { names, values, leftOut }: NamedValues, node: KeyNode): unknown {
    const entries: Record<string, unknown> = {};
    for (const [index, name] of names.entries()) {
      const item = values[index];
      put(entries, name, item instanceof Marker ? this.#notes.marked(item.text) : item);
    }
    const walked = this.#data(entries, node);
    if (walked === entries && leftOut === 0 && types.isMap(value)) return value;
    if (leftOut > 0) put(walked, this.#notes.overBudget(), leftOut);
    return walked;
  }
}
