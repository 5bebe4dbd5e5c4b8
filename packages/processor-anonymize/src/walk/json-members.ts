// SPDX-License-Identifier: Apache-2.0

/**
 * The members of a text that is JSON, looked at where they stand: most such texts hold nothing, and their keys are those
 * that came here before, so that no object has to be made of them. Whatever is not as simple as `JSON.stringify` writes it
 * most of the time is left to `JSON.parse`; so is a text that is no JSON.
 */
import { isWordUnit, unitAt } from '../detect/characters.ts';
import type { KeyNode } from './key-node.ts';
import { mayNameNext } from './named-values.ts';
import type { TextRedaction } from './text-redaction.ts';
import { canBeCard } from './whole-number.ts';

const MAX_DEPTH = 8;
const MAX_MEMBERS = 64;
const MAX_KEY_UNITS = 64;
const MAX_NUMBER_UNITS = 24;

/** A number that is written with as many is below what could be a card. */
const SHORT_NUMBER_UNITS = 11;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const LIST = 0x5b;
const LIST_END = 0x5d;
const OBJECT = 0x7b;
const OBJECT_END = 0x7d;

export class JsonMembers {
  readonly #texts: TextRedaction;
  #text = '';
  #at = 0;
  #values = 0;
  #most = 0;

  constructor(texts: TextRedaction) {
    this.#texts = texts;
  }

  /**
   * How many values the text has, when it is an object in which all stays as it is; -1 when that can't be told from here. The
   * text as a whole, and what stands between its quotes, was looked at before: it holds nothing and no backslash.
   *
   * @param node the place of the text, of which the keys say nothing.
   * @param most how many values may be visited.
   */
  cleanValues(text: string, node: KeyNode, most: number): number {
    this.#text = text;
    this.#at = 1;
    this.#values = 0;
    this.#most = most;
    const isClean = text.charCodeAt(0) === OBJECT && this.#object(node, 1) && this.#at === text.length;
    this.#text = '';
    return isClean ? this.#values : -1;
  }

  /** Behind its brace. */
  #object(node: KeyNode, depth: number): boolean {
    const text = this.#text;
    let child: KeyNode | undefined;
    for (let index = 0; index < MAX_MEMBERS; index += 1) {
      const start = this.#at + 1;
      if (unitAt(text, start - 1) !== QUOTE) return false;
      const end = text.indexOf('"', start);
      if (end < 0 || end - start > MAX_KEY_UNITS || unitAt(text, end + 1) !== COLON) return false;
      child = node.childIn(child, text, start, end);
      if (!child.isOrdinary) return false;
      this.#at = end + 2;
      if (!this.#value(child, depth)) return false;
      const next = unitAt(text, this.#at);
      this.#at += 1;
      if (next === OBJECT_END) return true;
      if (next !== COMMA) return false;
    }
    return false;
  }

  /** Behind its bracket. */
  #list(node: KeyNode, depth: number): boolean {
    const text = this.#text;
    for (let index = 0; index < MAX_MEMBERS; index += 1) {
      const item = node.item(index);
      if (!item.saysNothing || this.#isNameOfNext()) return false;
      if (!this.#value(item, depth)) return false;
      const next = unitAt(text, this.#at);
      this.#at += 1;
      if (next === LIST_END) return true;
      if (next !== COMMA) return false;
    }
    return false;
  }

  /** An item can be the name of the one behind it. */
  #isNameOfNext(): boolean {
    const text = this.#text;
    const start = this.#at + 1;
    if (unitAt(text, start - 1) !== QUOTE) return false;
    const end = text.indexOf('"', start);
    return end < 0 || mayNameNext(text.slice(start, end));
  }

  #value(node: KeyNode, depth: number): boolean {
    this.#values += 1;
    if (this.#values > this.#most) return false;
    const first = unitAt(this.#text, this.#at);
    if (first === QUOTE) return this.#string(node);
    if (first === OBJECT || first === LIST) {
      if (depth >= MAX_DEPTH) return false;
      this.#at += 1;
      return first === OBJECT ? this.#object(node, depth + 1) : this.#list(node, depth + 1);
    }
    return this.#numberOrWord(first);
  }

  #string(node: KeyNode): boolean {
    const text = this.#text;
    const start = this.#at + 1;
    const end = text.indexOf('"', start);
    if (end < 0) return false;
    this.#at = end + 1;
    const first = text.charCodeAt(start);
    // JSON in JSON.
    if (first === OBJECT || first === LIST) return false;
    if (!canEndInToken(text, start, end)) return true;
    const value = text.slice(start, end);
    if (node.cleanTexts.has(value)) return true;
    if (this.#texts.find(value, node.context).length > 0) return false;
    node.cleanTexts.add(value);
    return true;
  }

  #numberOrWord(first: number): boolean {
    const text = this.#text;
    const start = this.#at;
    const word = first === 0x74 ? 'true' : first === 0x66 ? 'false' : first === 0x6e ? 'null' : '';
    if (word !== '') {
      this.#at += word.length;
      return text.startsWith(word, start);
    }
    const most = Math.min(text.length, start + MAX_NUMBER_UNITS);
    let end = start;
    let isPlain = true;
    for (; end < most; end += 1) {
      const unit = text.charCodeAt(end);
      if (unit === COMMA || unit === OBJECT_END || unit === LIST_END) break;
      // An exponent, or what is no number.
      if (unit > 0x39) isPlain = false;
    }
    this.#at = end;
    if (end === start || !isPlain) return false;
    if (end - start <= SHORT_NUMBER_UNITS) return true;
    const magnitude = Math.abs(Number(text.slice(start, end)));
    return Number.isSafeInteger(magnitude) && !canBeCard(magnitude);
  }
}

/** The shortest token of which the half is enough where a text ends, as behind a limit of its length. */
const LEAST_TOKEN_UNITS = 10;

/** Whether a part of a text ends in what may be a token that is cut, which counts only at the end of a text. */
export function canEndInToken(text: string, start: number, end: number): boolean {
  if (end - start < LEAST_TOKEN_UNITS) return false;
  for (let at = end - LEAST_TOKEN_UNITS; at < end; at += 1) {
    const unit = text.charCodeAt(at);
    if (!isWordUnit(unit) && unit !== 0x2d && unit !== 0x2e) return false;
  }
  return true;
}
