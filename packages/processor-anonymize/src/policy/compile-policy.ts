// SPDX-License-Identifier: Apache-2.0
import { type AttributePathState, LogferryError, matchAttributePaths, parseAttributePath } from '@logferry/core';

import type { OwnContext } from '../detect/context.ts';
import type { PatternBudget } from '../detect/pattern-budget.ts';
import { TextScanner } from '../detect/text-scanner.ts';
import { type UserDetector, userDetector } from '../detect/user-detector.ts';
import { isEntityName } from '../entities.ts';
import { checkOperator, isKeyed, type Operator } from '../operate/operator.ts';
import { DEFAULT_SENSITIVE_WORDS, SensitiveWords } from '../sensitive-words.ts';
import type { AnonymizationPolicy, PathRule, Surface } from './policy.ts';
import { policyHash } from './policy-hash.ts';

/** A policy, checked and ready. */
export interface CompiledPolicy {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
  readonly operators: ReadonlyMap<string, Operator>;
  /** What is looked for; what has no operator is redacted. */
  readonly entities: ReadonlySet<string>;
  /** Whether nothing is looked for, as where a policy has rules by path alone. */
  readonly findsNothing: boolean;
  readonly words: SensitiveWords;
  readonly rules: readonly PathRule[];
  readonly allowOtherwise: Operator | undefined;
  readonly scanner: TextScanner;
  readonly detectors: readonly UserDetector[];
  /** The context words of the detectors. */
  readonly ownContexts: readonly OwnContext[];
  /** What the patterns of the detectors may take of a record. */
  readonly patternBudget: PatternBudget;
  /** Whether tokens of keys can stand in texts. */
  readonly hasTokens: boolean;
  /** Whether card numbers are masked, so that no hash of one may stand beside. */
  readonly masksCards: boolean;
  readonly paths: Readonly<Record<Surface, AttributePathState>>;
  readonly allowed: AttributePathState | undefined;
  /** Whether a path names an item of an array by its number. */
  readonly hasIndexes: boolean;
}

const SURFACES: readonly Surface[] = ['body', 'attributes', 'resource', 'scope'];

/** @throws LogferryError `INVALID_OPTION` that names the rule and what is wrong with it. */
export function compilePolicy(policy: AnonymizationPolicy): CompiledPolicy {
  if (typeof policy !== 'object' || policy === null || typeof policy.entities !== 'object') {
    throw new LogferryError('INVALID_OPTION', 'policy must be the name of a preset, or a policy');
  }
  const patternBudget: PatternBudget = { stepsLeft: Infinity };
  const detectors = (policy.detectors ?? []).map((options, index) =>
    userDetector(options, `policy.detectors[${index}]`, patternBudget),
  );
  const own = new Set(detectors.map(({ entity }) => entity));
  const operators = new Map<string, Operator>();
  for (const [name, rule] of Object.entries(policy.entities)) {
    const option = `policy.entities.${name}`;
    if (!isEntityName(name) && !own.has(name)) {
      throw new LogferryError('INVALID_OPTION', `${option} is neither a known entity nor that of a detector`);
    }
    checkOperator(rule.operator, `${option}.operator`, name);
    operators.set(name, rule.operator);
  }
  for (const entity of own) {
    if (!operators.has(entity))
      throw new LogferryError('INVALID_OPTION', `policy.entities.${entity} must say what is done with it`);
  }
  const rules = policy.paths ?? [];
  for (const [index, rule] of rules.entries()) checkOperator(rule.operator, `policy.paths[${index}].operator`);
  const parsed = rules.map((rule, index) => parseAttributePath(rule.path, `policy.paths[${index}].path`));
  const allow = policy.allow?.paths.map((path, index) => parseAttributePath(path, `policy.allow.paths[${index}]`));
  const otherwise = policy.allow?.otherwise ?? { kind: 'drop' };
  checkOperator(otherwise, 'policy.allow.otherwise');
  const words = new SensitiveWords(checkWords(policy.words ?? DEFAULT_SENSITIVE_WORDS));
  // A phrase of an application may name an entity of its own, for which the label is enough.
  const phrases = Object.values(policy.words ?? DEFAULT_SENSITIVE_WORDS).filter((entity) => !isEntityName(entity));
  const entities = new Set([...operators.keys(), ...phrases]);
  // A rule that is bound to other surfaces keeps its place, so that the indexes are those of the policy.
  const on = (surface: Surface): AttributePathState =>
    matchAttributePaths(
      parsed.map((path, index) => (rules[index]?.on?.includes(surface) === false ? { ...path, steps: [NEVER] } : path)),
    );
  const all = [...operators.values(), ...rules.map(({ operator }) => operator), otherwise];
  return {
    name: policy.name,
    version: policy.version,
    hash: policyHash(policy),
    operators,
    entities,
    findsNothing: entities.size === 0,
    words,
    rules,
    allowOtherwise: allow === undefined ? undefined : otherwise,
    scanner: new TextScanner({ entities, words, ipRanges: policy.ipRanges ?? {}, detectors }),
    detectors,
    ownContexts: detectors.flatMap(({ context }) => context ?? []),
    patternBudget,
    hasTokens: all.some((operator) => isKeyed(operator) || operator.kind === 'shred'),
    masksCards: operators.get('payment_card')?.kind === 'mask',
    paths: Object.fromEntries(SURFACES.map((surface) => [surface, on(surface)])) as Record<Surface, AttributePathState>,
    allowed: allow === undefined ? undefined : matchAttributePaths(allow),
    hasIndexes: [...parsed, ...(allow ?? [])].some(({ steps }) =>
      steps.some((step) => step.kind === 'name' && /^\d+$/.test(step.name)),
    ),
  };
}

/** No segment of a key holds a dot. */
const NEVER = { kind: 'name', name: '.' } as const;

function checkWords(words: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  for (const [phrase, entity] of Object.entries(words)) {
    if (!/[\p{L}\p{N}]/u.test(phrase))
      throw new LogferryError('INVALID_OPTION', `policy.words has a phrase without a word`);
    if (typeof entity !== 'string' || !/^[a-z][a-z\d_]{1,39}$/.test(entity)) {
      throw new LogferryError('INVALID_OPTION', `policy.words.${phrase} must name an entity`);
    }
  }
  return words;
}
