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
import { nameOfItem } from './named-values.ts';
import { ObjectWalk } from './object-walk.ts';
import type { RedactionCounts } from './redaction-counts.ts';
import type { TextRedaction } from './text-redaction.ts';
import {
  DROPPED,
  firstItems,
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

/** Far enough from it for JSON that is read without being parsed. */
const SHALLOW_DEPTH = 32;

const CIRCULAR = '[Circular]';

export class ValueWalker {
  readonly #notes: WalkNotes;
  readonly #leaves: LeafRedaction;
  readonly #objects: ObjectWalk;
  readonly #ancestors: object[] = [];
  /** Whether what is walked comes from `JSON.parse`, which makes neither accessors, symbols nor classes. */
  #isParsed = false;

  constructor(texts: TextRedaction, counts: RedactionCounts) {
    this.#notes = new WalkNotes(counts);
    this.#leaves = new LeafRedaction(
      texts,
      this.#notes,
      (parsed, node) => this.#parsed(parsed, node),
      () => this.#ancestors.length < SHALLOW_DEPTH,
    );
    this.#objects = new ObjectWalk(this.#notes, this.#leaves, (key, value, node) => this.#member(key, value, node));
  }

  /** @param count items and entries that may be visited for the next record. */
  allow(count: number): void {
    this.#notes.valuesLeft = count;
  }

  /** Notes findings with their paths; undefined: no longer. */
  traceTo(trace: FindingTrace | undefined): void {
    this.#notes.trace = trace;
  }

  /** Begins a part of a record. */
  begin(place: string): void {
    this.#notes.place = place;
    this.#objects.begin();
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
      if (isPlain(attributes)) return this.#objects.data(attributes as Record<string, unknown>, node);
      // A provider of another kind: whatever it is, its entries count.
      return this.#objects.data({ ...attributes }, node);
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
      return Array.isArray(value)
        ? this.#array(value, node)
        : this.#objects.data(value as Record<string, unknown>, node);
    }
    if (Array.isArray(value) && !types.isProxy(value)) return this.#array(value, node);
    if (isPlain(value)) return this.#objects.plain(value as Record<string, unknown>, node);
    const form = normalizeValue(value, Math.max(this.#notes.valuesLeft, 0));
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
      value.length <= this.#notes.valuesLeft && (this.#isParsed || isPlainList(value)) ? undefined : [];
    for (let index = 0; index < value.length; index += 1) {
      this.#notes.valuesLeft -= 1;
      if (this.#notes.valuesLeft < 0) {
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
    const walked = this.#objects.data(entries, node);
    if (walked === entries && leftOut === 0 && types.isMap(value)) return value;
    if (leftOut > 0) put(walked, this.#notes.overBudget(), leftOut);
    return walked;
  }
}
