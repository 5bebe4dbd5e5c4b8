// SPDX-License-Identifier: Apache-2.0

/** What becomes of a value that holds no others: a text, a number, bytes, and what is written like one of them. */
import type { Operator } from '../operate/operator.ts';
import { canEndInToken, JsonMembers } from './json-members.ts';
import type { KeyNode } from './key-node.ts';
import type { Replacement, TextRedaction } from './text-redaction.ts';
import { DROPPED, labelOfRule, leafText } from './value-forms.ts';
import type { WalkNotes } from './walk-notes.ts';
import { canBeCard } from './whole-number.ts';

/** JSON in a string is read when it is at least as long as the shortest object that holds something. */
const LEAST_JSON_UNITS = 7;

/** Numbers below hold no card and no identity number without context. */
const LEAST_NUMBER = 100_000_000_000;

/** Whether arrays and maps are far from being too deep inside each other. */
type IsShallow = () => boolean;

/** Walks what a text that is JSON stands for: itself where nothing changes. */
type WalkParsed = (parsed: object, node: KeyNode) => unknown;

export class LeafRedaction {
  readonly #texts: TextRedaction;
  readonly #notes: WalkNotes;
  readonly #walkParsed: WalkParsed;
  readonly #isShallow: IsShallow;
  readonly #members: JsonMembers;
  /** Numbers of a smaller magnitude hold nothing where no key is context for one. */
  readonly leastNumber: number;
  /** Whether what is walked stands in a text that was looked at and holds nothing. */
  #isInPlain = false;

  constructor(texts: TextRedaction, notes: WalkNotes, walkParsed: WalkParsed, isShallow: IsShallow) {
    this.#texts = texts;
    this.#notes = notes;
    this.#walkParsed = walkParsed;
    this.#isShallow = isShallow;
    this.#members = new JsonMembers(texts);
    this.leastNumber = texts.hasDetectors ? 0 : LEAST_NUMBER;
  }

  text(value: string, node: KeyNode): unknown {
    const refused = node.refusal;
    if (refused !== undefined) return this.#replace(value, refused, 'not_allowed');
    if (node.secret !== undefined && value !== '') return this.#secret(value, value, node.secret);
    return this.ordinaryText(value, node);
  }

  /** A text at a place that is allowed, and of which the keys name no secret. */
  ordinaryText(value: string, node: KeyNode): unknown {
    if (node.isFree || (this.#texts.findsNothing && !isJsonStart(value))) return value;
    if (this.#isInPlain && node.context.size === 0 && !isJsonStart(value) && !canEndInToken(value, 0, value.length))
      return value;
    if (node.cleanTexts.has(value)) return value;
    if (value.length >= LEAST_JSON_UNITS && isJsonStart(value)) {
      const json = this.#json(value, node);
      if (json !== undefined) return json;
    }
    const replacements = this.#texts.find(value, node.context);
    if (replacements.length > 0) return this.#applied(value, replacements);
    node.cleanTexts.add(value);
    return value;
  }

  number(value: number, node: KeyNode): unknown {
    const refused = node.refusal;
    if (refused !== undefined) return this.#replace(String(value), refused, 'not_allowed');
    if (node.secret !== undefined) return this.#secret(value, String(value), node.secret);
    // Most numbers are small, and their keys are no context for anything.
    if (node.isFree || (node.context.size === 0 && this.#isNoCard(Math.abs(value)))) return value;
    return this.#asText(value, String(value), node);
  }

  /** Without context a number can be a card and nothing else. Times in milliseconds are as long, and come in most records. */
  #isNoCard(magnitude: number): boolean {
    if (magnitude < this.leastNumber) return true;
    const { hasDetectors, hasCuts } = this.#texts;
    return !hasDetectors && !hasCuts && Number.isSafeInteger(magnitude) && !canBeCard(magnitude);
  }

  bigint(value: bigint, node: KeyNode): unknown {
    const text = leafText(value);
    const refused = node.refusal;
    if (refused !== undefined) return this.#replace(text, refused, 'not_allowed');
    if (node.secret !== undefined) return this.#secret(value, text, node.secret);
    return node.isFree ? value : this.#asText(value, text, node);
  }

  /** What says nothing of anybody: true, false and nothing. */
  plain(value: unknown, node: KeyNode): unknown {
    const refused = node.refusal;
    return refused === undefined ? value : this.#replace(String(value), refused, 'not_allowed');
  }

  /** Bytes are read as Latin-1, which keeps every byte in its place. */
  bytes(value: object, bytes: Uint8Array, node: KeyNode): unknown {
    if (node.isFree) return value;
    // One more than the budget allows for, so that the scan says where it ends.
    const length = node.rule === undefined ? Math.min(bytes.byteLength, this.#texts.unitsLeft + 1) : bytes.byteLength;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, length);
    const text = buffer.toString('latin1');
    const walked = node.rule === undefined ? this.text(text, node) : this.byRule(text, node.rule);
    if (walked === text) {
      // What was known before costs nothing, but this is the beginning of something longer.
      return length < bytes.byteLength ? this.#notes.overBudget() : this.#wideText(value, buffer, node);
    }
    return typeof walked === 'string' ? Buffer.from(walked, 'latin1') : walked;
  }

  /** What a rule by path leaves of a value; of one that holds others the label. */
  byRule(value: unknown, operator: Operator): unknown {
    const text = operator.kind === 'drop' ? '' : leafText(value);
    if (text === '' && operator.kind !== 'drop') return value;
    if (operator.kind !== 'redact') return this.#replaced(text, operator, 'path');
    return this.#texts.isOwn(text) ? value : this.labelOf(operator);
  }

  /** The label of a rule by path. */
  labelOf(operator: Operator): string {
    const label = labelOfRule(operator);
    if (label !== '') this.#notes.whole('path', 'redact');
    return label;
  }

  /** A text that is JSON as a whole is walked like the value it stands for, so that it stays JSON. */
  #json(text: string, node: KeyNode): string | undefined {
    const last = text.charCodeAt(text.length - 1);
    if (last !== 0x7d && last !== 0x5d) return undefined;
    // It would be built before its parts are counted; the scan of the text takes what the budget allows.
    if (text.length > this.#texts.unitsLeft) return undefined;
    const { unitsLeft } = this.#texts;
    // The text first: where it holds nothing, its keys alone say more. A key that comes twice hides its first value, too.
    const isPlain = this.#texts.isPlainInParts(text, node.context);
    if (isPlain && this.#hasCleanMembers(text, node)) {
      node.cleanTexts.add(text);
      return text;
    }
    let parsed: unknown;
    try {
      parsed = JSON.parse(text);
    } catch {
      // No JSON: the caller looks at it as at any text, and what the look at its parts took would be counted twice.
      this.#texts.unitsLeft = unitsLeft;
      return undefined;
    }
    const isInPlain = this.#isInPlain;
    this.#isInPlain = isPlain;
    let walked: unknown;
    try {
      walked = this.#walkParsed(parsed as object, node);
    } finally {
      this.#isInPlain = isInPlain;
    }
    if (walked === parsed) {
      if (!isPlain) return undefined;
      node.cleanTexts.add(text);
      return text;
    }
    return walked === DROPPED ? '' : typeof walked === 'string' ? walked : JSON.stringify(walked);
  }

  /** Whether a text whose parts hold nothing stays for all that its keys say, told without an object made of it. */
  #hasCleanMembers(text: string, node: KeyNode): boolean {
    if (!node.saysNothing || this.#notes.trace !== undefined || !this.#isShallow()) return false;
    const { unitsLeft } = this.#texts;
    const values = this.#members.cleanValues(text, node, this.#notes.valuesLeft);
    if (values >= 0) this.#notes.valuesLeft -= values;
    else this.#texts.unitsLeft = unitsLeft;
    return values >= 0;
  }

  #asText(value: unknown, text: string, node: KeyNode): unknown {
    if (node.context.has('gps') && this.#texts.looksFor('gps') && /^-?\d{1,3}\.\d{4,}$/.test(text)) {
      return this.#replace(text, this.#texts.operatorOf('gps'), 'gps');
    }
    const replacements = this.#texts.find(text, node.context);
    return replacements.length === 0 ? value : this.#applied(text, replacements);
  }

  #applied(text: string, replacements: readonly Replacement[]): string {
    const { counts, place } = this.#notes;
    this.#notes.parts(replacements);
    return this.#texts.apply(text, replacements, counts, place);
  }

  #secret(value: unknown, text: string, entity: string): unknown {
    if (this.#texts.isOwn(text)) return value;
    const operator = this.#texts.operatorOf(entity);
    return operator.kind === 'keep' ? value : this.#replaced(text, operator, entity);
  }

  #replace(text: string, operator: Operator, entity: string): unknown {
    return operator.kind === 'keep' ? text : this.#replaced(text, operator, entity);
  }

  #replaced(text: string, operator: Operator, entity: string): unknown {
    const replacement = operator.kind === 'drop' ? DROPPED : this.#texts.replaceWhole(operator, entity, text);
    if (replacement !== text) this.#notes.whole(entity, operator.kind);
    return replacement;
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

function isJsonStart(text: string): boolean {
  if (text.length === 0) return false;
  const first = text.charCodeAt(0);
  return first === 0x7b || first === 0x5b;
}
