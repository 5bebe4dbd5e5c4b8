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

import { BUDGET_LABEL, DEPTH_LABEL, ERROR_LABEL } from '../entities.ts';
import type { Operator } from '../operate/operator.ts';
import type { FindingTrace } from './finding-trace.ts';
import type { KeyNode } from './key-node.ts';
import { nameOfItem, nameOfMember } from './named-values.ts';
import type { RedactionCounts } from './redaction-counts.ts';
import { countFinding, type Replacement, type TextRedaction } from './text-redaction.ts';
import { firstItems, isAccessor, isBytes, isPlain, labelOfRule, leafText, put } from './value-forms.ts';

/** Arrays and maps inside each other; encoders write at most 47. */
const MAX_DEPTH = 48;

const CIRCULAR = '[Circular]';

/** What a rule leaves of a value that goes. */
export const DROPPED: unique symbol = Symbol('dropped');

/** JSON in a string is read when it is at least as long as the shortest object that holds something. */
const LEAST_JSON_UNITS = 7;

/** Numbers below hold no card and no identity number without context. */
const LEAST_NUMBER = 100_000_000_000;

export class ValueWalker {
  readonly #texts: TextRedaction;
  readonly #counts: RedactionCounts;
  readonly #ancestors: object[] = [];
  #place = '';
  #renamed = 1;
  /** Items and entries that may still be visited for the current record. */
  valuesLeft = 0;
  /** Where findings are noted with their paths, when somebody asks. */
  trace: FindingTrace | undefined;

  constructor(texts: TextRedaction, counts: RedactionCounts) {
    this.#texts = texts;
    this.#counts = counts;
  }

  /** Begins a part of a record. */
  begin(place: string): void {
    this.#place = place;
    this.#renamed = 1;
    // Writing the length of an array costs more than all else here.
    if (this.#ancestors.length > 0) this.#ancestors.length = 0;
  }

  /** The value itself where nothing changes, what stands for it, or `DROPPED`. Never throws. */
  walk(value: unknown, node: KeyNode): unknown {
    try {
      return this.#walk(value, node);
    } catch {
      // The call stack is used up, or a detector of the application threw.
      return this.#failed();
    }
  }

  /** The attributes of a record, a resource or a scope. Never throws. */
  attributes(attributes: unknown, node: KeyNode): Record<string, unknown> {
    try {
      if (typeof attributes !== 'object' || attributes === null) return {};
      if (isPlain(attributes))
        return this.#plain(attributes as Record<string, unknown>, node, true) as Record<string, unknown>;
      // A provider of another kind: whatever it is, its entries count.
      return this.#plain({ ...attributes }, node, true) as Record<string, unknown>;
    } catch {
      return { [this.#failed()]: ERROR_LABEL };
    }
  }

  #member(key: string | number, value: unknown, node: KeyNode): unknown {
    if (this.trace === undefined) return this.walk(value, node);
    this.trace.enter(key);
    const walked = this.walk(value, node);
    this.trace.leave();
    return walked;
  }

  #traceWhole(entity: string, operator: string): void {
    this.trace?.whole({ place: this.#place, entity, operator });
  }

  #failed(): string {
    this.#counts.errors += 1;
    this.#counts.total += 1;
    this.#traceWhole('error', 'redact');
    return ERROR_LABEL;
  }

  #walk(value: unknown, node: KeyNode): unknown {
    if (node.rule !== undefined) return this.#byRule(value, node, node.rule);
    if (typeof value === 'string') return this.text(value, node);
    if (typeof value === 'number') return this.#number(value, node);
    if (typeof value === 'boolean' || value === null || value === undefined) return this.#leaf(value, node);
    if (typeof value === 'object') return this.#object(value, node);
    if (typeof value === 'bigint') return this.#bigint(value, node);
    // Symbols and functions are written by their names.
    const form = leafText(value);
    const text = this.text(form, node);
    return text === form ? value : text;
  }

  /** A string. */
  text(value: string, node: KeyNode): unknown {
    const refused = node.refusal;
    if (refused !== undefined) return this.#replace(value, refused, 'not_allowed');
    if (node.secret !== undefined && value !== '') return this.#secret(value, value, node.secret);
    if (node.isKnownClean(value)) return value;
    if (value.length >= LEAST_JSON_UNITS) {
      const first = value.charCodeAt(0);
      if (first === 0x7b || first === 0x5b) {
        const json = this.#json(value, node);
        if (json !== undefined) return json;
      }
    }
    const replacements = this.#texts.find(value, node.context);
    if (replacements.length > 0) return this.#applied(value, replacements);
    node.noteClean(value);
    return value;
  }

  /** A text that is JSON as a whole is walked like the value it stands for, so that it stays JSON. */
  #json(text: string, node: KeyNode): string | undefined {
    const last = text.charCodeAt(text.length - 1);
    if (last !== 0x7d && last !== 0x5d) return undefined;
    // It would be built before its parts are counted; the scan of the text takes what the budget allows.
    if (text.length > this.#texts.unitsLeft) return undefined;
    // Without a key and a colon, or digits, or an encoding, the scan of the text says as much.
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      return undefined;
    }
    const walked = this.#object(parsed as object, node);
    // Unchanged: the text is scanned as well, because a key that comes twice hides its first value.
    if (walked === parsed) return undefined;
    return walked === DROPPED ? '' : typeof walked === 'string' ? walked : JSON.stringify(walked);
  }

  #leaf(value: unknown, node: KeyNode): unknown {
    const refused = node.refusal;
    return refused === undefined ? value : this.#replace(String(value), refused, 'not_allowed');
  }

  #number(value: number, node: KeyNode): unknown {
    const refused = node.refusal;
    if (refused !== undefined) return this.#replace(String(value), refused, 'not_allowed');
    if (node.secret !== undefined) return this.#secret(value, String(value), node.secret);
    // Most numbers are small, and their keys are no context for anything.
    if (node.context.size === 0 && Math.abs(value) < LEAST_NUMBER && !this.#texts.hasDetectors) return value;
    return this.#asText(value, String(value), node);
  }

  #bigint(value: bigint, node: KeyNode): unknown {
    const text = leafText(value);
    const refused = node.refusal;
    if (refused !== undefined) return this.#replace(text, refused, 'not_allowed');
    if (node.secret !== undefined) return this.#secret(value, text, node.secret);
    return this.#asText(value, text, node);
  }

  #asText(value: unknown, text: string, node: KeyNode): unknown {
    if (node.context.has('gps') && /^-?\d{1,3}\.\d{4,}$/.test(text)) {
      return this.#replace(text, this.#texts.operatorOf('gps'), 'gps');
    }
    const replacements = this.#texts.find(text, node.context);
    return replacements.length === 0 ? value : this.#applied(text, replacements);
  }

  #applied(text: string, replacements: readonly Replacement[]): string {
    this.trace?.parts(this.#place, replacements);
    return this.#texts.apply(text, replacements, this.#counts, this.#place);
  }

  #secret(value: unknown, text: string, entity: string): unknown {
    if (this.#texts.isOwn(text)) return value;
    const operator = this.#texts.operatorOf(entity);
    if (operator.kind === 'keep') return value;
    return this.#replaced(text, operator, entity);
  }

  #replace(text: string, operator: Operator, entity: string): unknown {
    if (operator.kind === 'keep') return text;
    return this.#replaced(text, operator, entity);
  }

  #replaced(text: string, operator: Operator, entity: string): unknown {
    const replacement = operator.kind === 'drop' ? DROPPED : this.#texts.replaceWhole(operator, entity, text);
    if (replacement !== text) {
      this.#counts.add(entity, operator.kind, this.#place);
      this.#traceWhole(entity, operator.kind);
    }
    return replacement;
  }

  /** Everything below the path of a rule. */
  #byRule(value: unknown, node: KeyNode, operator: Operator): unknown {
    if (operator.kind === 'keep' || value === undefined || value === null) return value;
    if (operator.kind === 'drop' || typeof value !== 'object') return this.#byRuleLeaf(value, operator);
    if (operator.kind === 'redact' && !isBytes(value))
      return this.#replaced('', { kind: 'redact', label: labelOfRule(operator) }, 'path');
    return this.#object(value, node);
  }

  #byRuleLeaf(value: unknown, operator: Operator): unknown {
    const text = operator.kind === 'drop' ? '' : leafText(value);
    if (text === '' && operator.kind !== 'drop') return value;
    if (operator.kind !== 'redact') return this.#replaced(text, operator, 'path');
    if (this.#texts.isOwn(text)) return value;
    return this.#replaced(text, { kind: 'redact', label: labelOfRule(operator) }, 'path');
  }

  #object(value: object, node: KeyNode): unknown {
    if (this.#ancestors.includes(value)) return this.#marked(CIRCULAR);
    if (this.#ancestors.length >= MAX_DEPTH) {
      this.#counts.depthExceeded += 1;
      this.#traceWhole('limit', 'redact');
      return this.#marked(DEPTH_LABEL);
    }
    this.#ancestors.push(value);
    try {
      return this.#members(value, node);
    } finally {
      this.#ancestors.pop();
    }
  }

  #marked(text: string): string {
    this.#counts.total += 1;
    return text;
  }

  #members(value: object, node: KeyNode): unknown {
    if (Array.isArray(value) && !types.isProxy(value)) return this.#array(value, node);
    if (isPlain(value)) return this.#plain(value as Record<string, unknown>, node);
    const form = normalizeValue(value, Math.max(this.valuesLeft, 0));
    if (form instanceof ItemList) return this.#items(value, form, node);
    if (form instanceof NamedValues) return this.#named(value, form, node);
    if (form instanceof Uint8Array) return this.#bytes(value, form, node);
    if (form instanceof Marker) return this.#marked(form.text);
    const walked = this.#walk(form, node);
    return walked === form && types.isDate(value) ? value : walked;
  }

  #array(value: readonly unknown[], node: KeyNode): unknown {
    let copy: unknown[] | undefined;
    for (let index = 0; index < value.length; index += 1) {
      this.valuesLeft -= 1;
      if (this.valuesLeft < 0) {
        copy ??= firstItems(value, index);
        copy.push(this.#overBudget());
        break;
      }
      const item: unknown = value[index];
      const walked = this.#member(index, item, node.named(nameOfItem(value, index)) ?? node.item(index));
      if (copy === undefined && Object.is(walked, item)) continue;
      copy ??= firstItems(value, index);
      copy.push(walked === DROPPED ? null : walked);
    }
    return copy ?? value;
  }

  #overBudget(): string {
    this.#counts.budgetExceeded += 1;
    this.#traceWhole('limit', 'redact');
    return this.#marked(BUDGET_LABEL);
  }

  /** @param isTrusted whether the object is known to have neither accessors nor symbols. */
  #plain(value: Record<string, unknown>, node: KeyNode, isTrusted: boolean = false): unknown {
    const keys = Object.keys(value);
    let copy: Record<string, unknown> | undefined;
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index]!;
      const child = node.child(key);
      const item = this.#read(value, key);
      this.valuesLeft -= 1;
      const place = key.length === 5 ? (child.named(this.#nameOf(value, key)) ?? child) : child;
      const walked = this.valuesLeft < 0 ? DROPPED : this.#member(child.name, item, place);
      if (child.keyFindings.length > 0) this.#countKey(child);
      if (copy === undefined) {
        if (Object.is(walked, item) && child.name === key && (isTrusted || !isAccessor(value, key))) continue;
        copy = {};
        // No accessor was among them, so that they can be read again.
        for (let before = 0; before < index; before += 1) put(copy, keys[before]!, value[keys[before]!]);
      }
      if (walked !== DROPPED) put(copy, this.#freeName(copy, child.name), walked);
      if (this.valuesLeft < 0) {
        put(copy, this.#overBudget(), keys.length - index);
        break;
      }
    }
    // Symbols are no part of a record, but what prints objects prints them.
    if (copy === undefined && !isTrusted && Object.getOwnPropertySymbols(value).length > 0)
      return Object.fromEntries(Object.entries(value));
    return copy ?? value;
  }

  #countKey({ name, keyFindings }: KeyNode): void {
    this.trace?.enter(name);
    for (const { entity, operator } of keyFindings) {
      countFinding(this.#counts, entity, operator, 'key');
      this.trace?.whole({ place: this.#place, entity, operator }, true);
    }
    this.trace?.leave();
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
      return this.#failed();
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
    return leftOut === 0 ? walked : [...walked, this.#overBudget()];
  }

  #named(value: object, { names, values, leftOut }: NamedValues, node: KeyNode): unknown {
    const entries: Record<string, unknown> = {};
    for (const [index, name] of names.entries()) {
      const item = values[index];
      put(entries, name, item instanceof Marker ? this.#marked(item.text) : item);
    }
    const walked = this.#plain(entries, node) as Record<string, unknown>;
    if (walked === entries && leftOut === 0 && types.isMap(value)) return value;
    if (leftOut > 0) put(walked, this.#overBudget(), leftOut);
    return walked;
  }

  /** Bytes are read as Latin-1, which keeps every byte in its place. */
  #bytes(value: object, bytes: Uint8Array, node: KeyNode): unknown {
    // One more than the budget allows for, so that the scan says where it ends.
    const length = node.rule === undefined ? Math.min(bytes.byteLength, this.#texts.unitsLeft + 1) : bytes.byteLength;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    const text = buffer.toString('latin1');
    const walked = node.rule === undefined ? this.text(text, node) : this.#byRuleLeaf(text, node.rule);
    if (walked === text) {
      // What was known before costs nothing, but this is the beginning of something longer.
      return length < bytes.byteLength ? this.#overBudget() : this.#wideText(value, buffer, node);
    }
    return typeof walked === 'string' ? Buffer.from(walked, 'latin1') : walked;
  }

  /** ASCII in UTF-16 has a zero in every second byte. */
  #wideText(value: object, buffer: Buffer, node: KeyNode): unknown {
    if (node.rule !== undefined || buffer.length < 8 || (buffer[1] !== 0 && buffer[0] !== 0)) return value;
    const text = (buffer[0] === 0 ? Buffer.from(buffer.subarray(0, buffer.length & ~1)).swap16() : buffer).toString(
      'utf16le',
    );
    const walked = this.text(text, node);
    return typeof walked === 'string' && walked !== text ? Buffer.from(walked) : value;
  }
}
