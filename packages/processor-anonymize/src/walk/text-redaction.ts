// SPDX-License-Identifier: Apache-2.0

/** What becomes of a text: the parts that were found are replaced, and the rest stays. */
import { canBeginPaymentCard, isPaymentCard } from '../detect/payment-card.ts';
import { digitsOf } from '../detect/characters.ts';
import type { FoundValue } from '../detect/finding.ts';
import { BUDGET_LABEL, DEPTH_LABEL, labelOf } from '../entities.ts';
import type { OperatorRunner } from '../operate/apply-operator.ts';
import type { KeyRing } from '../operate/key-ring.ts';
import type { Operator } from '../operate/operator.ts';
import { labelled, tokenRanges } from '../operate/tokens.ts';
import type { CompiledPolicy } from '../policy/compile-policy.ts';
import type { RedactionCounts } from './redaction-counts.ts';

/** What is found where nothing is said about it. */
const REDACT: Operator = { kind: 'redact' };

/** A finding with what was done, in the units of the original text. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly entity: string;
  readonly operator: string;
  readonly replacement: string;
}

export interface RedactionSetup {
  readonly policy: CompiledPolicy;
  readonly runner: OperatorRunner;
  readonly keys: KeyRing;
  readonly isSubjectKey: (id: string) => boolean;
  /** Lengths at which an earlier limit cuts texts. */
  readonly cutLengths: ReadonlySet<number>;
}

const NONE: readonly Replacement[] = [];
const NO_TOKENS: readonly (readonly [number, number])[] = [];

export class TextRedaction {
  /** Whether the application has detectors, which may find anything. */
  readonly hasDetectors: boolean;
  /** Whether nothing is looked for. */
  readonly findsNothing: boolean;
  /** Whether an earlier limit cuts texts. */
  readonly hasCuts: boolean;
  readonly #setup: RedactionSetup;

  constructor(setup: RedactionSetup) {
    this.hasDetectors = setup.policy.detectors.length > 0;
    this.findsNothing = setup.policy.findsNothing;
    this.hasCuts = setup.cutLengths.size > 0;
    this.#setup = setup;
  }

  /** What has to be replaced, in order. Throws only when a detector of the application does. */
  find(text: string, context: ReadonlySet<string>): readonly Replacement[] {
    const { policy, cutLengths } = this.#setup;
    const isCut = this.hasCuts && cutLengths.has(text.length);
    const tokens = this.#tokens(text);
    const found = policy.scanner.find(tokens.length === 0 ? text : labelled(text, tokens), context, isCut);
    if (found.length === 0) return NONE;
    const replacements: Replacement[] = [];
    for (const finding of tokens.length === 0 ? found : besideTokens(text, tokens, found)) {
      const operator = this.operatorOf(finding.entity);
      if (operator.kind === 'keep') continue;
      const { start, end, entity } = finding;
      const replacement = this.#replacementOf(finding, operator);
      // What a second pass finds again is what the first one made of it.
      if (replacement !== text.slice(start, end))
        replacements.push({ start, end, entity, operator: operator.kind, replacement });
    }
    return replacements;
  }

  /**
   * Whether nothing stands in a text, nor would in what quotes set apart in it if that were looked at by itself; but for
   * tokens that end with it. Without encodings what is found in a part is found in the whole: no entity goes on across a
   * quote, and more words stand near it.
   */
  isPlainInParts(text: string, context: ReadonlySet<string>): boolean {
    const { scanner } = this.#setup.policy;
    if (this.hasDetectors || this.#setup.cutLengths.size > 0) return false;
    // The beginning of a key counts where its label ends with the text.
    if (text.includes('\\') || text.includes('-----')) return false;
    const { unitsLeft } = scanner;
    if (scanner.find(text, context, false).length === 0 && scanner.isPlain) return true;
    // It is looked at once more, with its parts.
    scanner.unitsLeft = unitsLeft;
    return false;
  }

  /** The text with its replacements, which are counted. */
  apply(text: string, replacements: readonly Replacement[], counts: RedactionCounts, place: string): string {
    for (const { entity, operator } of replacements) countFinding(counts, entity, operator, place);
    return this.replace(text, replacements);
  }

  /** The text with its replacements. */
  replace(text: string, replacements: readonly Replacement[]): string {
    const pieces: string[] = [];
    let from = 0;
    for (const { start, end, replacement } of replacements) {
      pieces.push(text.slice(from, start), replacement);
      from = end;
    }
    pieces.push(text.slice(from));
    return pieces.join('');
  }

  /** Units that may still be read for the current record. */
  get unitsLeft(): number {
    return Math.max(this.#setup.policy.scanner.unitsLeft, 0);
  }

  set unitsLeft(units: number) {
    this.#setup.policy.scanner.unitsLeft = units;
  }

  looksFor(entity: string): boolean {
    return this.#setup.policy.entities.has(entity);
  }

  operatorOf(entity: string): Operator {
    return this.#setup.policy.operators.get(entity) ?? REDACT;
  }

  /** The text with labels for the tokens of an earlier pass, whose words say nothing. */
  withoutTokens(text: string): string {
    const tokens = this.#tokens(text);
    return tokens.length === 0 ? text : labelled(text, tokens);
  }

  /** What stands for a whole value that a rule or a key names. */
  replaceWhole(operator: Operator, entity: string, value: string): string {
    const { policy, runner } = this.#setup;
    // Digits of a card that are masked elsewhere must not stand beside a hash of it (PCI DSS 3.5.1).
    const isHash = operator.kind === 'pseudonym' || operator.kind === 'hash';
    if (isHash && policy.masksCards && isPaymentCard(digitsOf(value))) return labelOf('payment_card');
    // A mask for texts shows more of a card than may be shown.
    if (operator.kind === 'mask' && canBeginPaymentCard(digitsOf(value))) {
      return runner.apply(policy.operators.get('payment_card') ?? REDACT, 'payment_card', value);
    }
    return this.isOwn(value) ? value : runner.apply(operator, entity, value);
  }

  /** Whether a value is a label or a token of an earlier pass. */
  isOwn(value: string): boolean {
    if (value.charCodeAt(0) === 0x5b && /^\[[A-Z][A-Z\d_:]{0,40}\]$/.test(value)) return true;
    const [range] = this.#tokens(value);
    return range !== undefined && range[0] === 0 && range[1] === value.length;
  }

  #replacementOf(finding: FoundValue, operator: Operator): string {
    const { entity, value, isWrapped } = finding;
    if (isLimit(entity)) return entity;
    if (isWrapped === true && operator.kind !== 'drop') return labelOf(entity);
    return this.#setup.runner.apply(operator, entity, value);
  }

  #tokens(text: string): readonly (readonly [number, number])[] {
    const { policy, keys, isSubjectKey } = this.#setup;
    if (!policy.hasTokens || !text.includes(':')) return NO_TOKENS;
    // Most texts hold none, and the keys of subjects can't be listed.
    if (!text.includes('enc:') && !keys.ids.some((id) => text.includes(`:${id}:`))) return NO_TOKENS;
    return tokenRanges(text, (id) => keys.ids.includes(id) || isSubjectKey(id));
  }
}

/** What was found in a text in which labels stood for tokens, but for what lies inside of one. */
function besideTokens(
  text: string,
  tokens: readonly (readonly [number, number])[],
  found: readonly FoundValue[],
): readonly FoundValue[] {
  // Both are in order: a hostile text holds many of each.
  let next = 0;
  return found.flatMap((finding) => {
    const { start, end } = finding;
    while (next < tokens.length && (tokens[next]?.[1] ?? 0) <= start) next += 1;
    const [from, to] = tokens[next] ?? [end, end];
    if (from >= end) return [finding];
    return from <= start && end <= to ? [] : [{ ...finding, value: text.slice(start, end) }];
  });
}

/** Counts what was found; limits and errors have counts of their own. */
export function countFinding(counts: RedactionCounts, entity: string, operator: string, place: string): void {
  if (entity === BUDGET_LABEL) counts.budgetExceeded += 1;
  if (entity === DEPTH_LABEL) counts.depthExceeded += 1;
  if (entity === 'error') counts.errors += 1;
  counts.add(isLimit(entity) ? 'limit' : entity, operator, place);
}

function isLimit(entity: string): boolean {
  return entity === BUDGET_LABEL || entity === DEPTH_LABEL;
}
